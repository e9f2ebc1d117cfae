// The generators behind corpus.h.
#pragma once

#include <cstdint>
#include <memory>

#include "corpus/corpus.h"

namespace leadscan::corpus {

std::unique_ptr<Generator::Documents> make_uniform(std::uint64_t seed);
std::unique_ptr<Generator::Documents> make_mixed(std::uint64_t seed);
std::unique_ptr<Generator::Documents> make_adversarial(std::uint64_t seed);

}  // namespace leadscan::corpus
