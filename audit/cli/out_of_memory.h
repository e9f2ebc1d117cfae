// What the program does where memory is short and nobody can be told: it ends with a message and
// the exit code of an input that was not read whole, never with one that looks like an answer.
#pragma once

namespace leadscan::audit {

[[noreturn]] void end_without_memory();

// First things in main(): with little memory, threads share it; and the stack becomes as large as
// it will have to be.
void share_one_heap();
void claim_stack();

// For commands that keep small blocks to the end (ids) between large ones that come and go
// (results): the large ones go back to the system, so that the heap has no holes. A database of 5
// million records takes 430 MB instead of 720. A command that only writes lines gains nothing, and
// pays system calls.
void keep_large_blocks_apart();

// Last thing in main(), with an exit code that is meant. Whoever else calls exit() has no memory.
int end_with(int exit_code);

}  // namespace leadscan::audit
