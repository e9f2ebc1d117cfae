// LEADSCAN_LIFETIMEBOUND: what a function returns, or an object built, points into this argument,
// or behind a function's parameters into its object. clang then warns of views that outlive what
// they show (-Wdangling, -Wreturn-stack-address); to other compilers it is nothing.
#pragma once

#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::lifetimebound)
#define LEADSCAN_LIFETIMEBOUND [[clang::lifetimebound]]
#endif
#endif

#if !defined(LEADSCAN_LIFETIMEBOUND)
#define LEADSCAN_LIFETIMEBOUND
#endif
