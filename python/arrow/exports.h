// What is given to others in Arrow's C structs, with all that it needs.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "python/arrow/abi.h"
#include "python/arrow/block.h"
#include "python/arrow/buffer.h"
#include "python/arrow/forms.h"

namespace leadscan::arrow {

// A struct with a child a column.
void export_schema(const Projection& projection, ArrowSchema* out);

// What an array points to.
struct OwnedArray {
  std::shared_ptr<const Block> block;  // that the buffers are in, but for
  Buffer<char> characters;             // those of long texts,
  std::int64_t characters_size = 0;    // which a view says besides
  std::vector<const void*> buffers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
  std::unique_ptr<ArrowArray> dictionary;
};

void export_array(std::unique_ptr<OwnedArray> owned, std::int64_t length, std::int64_t nulls,
                  ArrowArray* out);

}  // namespace leadscan::arrow
