#include "offtake/serve/kv_pool.hpp"

#include <ranges>

#include "offtake/base/expects.hpp"

namespace offtake::serve {

KvPool::KvPool(std::int64_t blocks, int block_tokens, int prefix_blocks)
    : blocks_(blocks), block_tokens_(block_tokens), prefix_blocks_(prefix_blocks), free_(blocks) {
  expects(blocks >= 1 && block_tokens >= 1 && prefix_blocks >= 0, "a cache has blocks");
}

void KvPool::take(std::int64_t blocks) {
  expects(0 <= blocks && blocks <= available(), "a cache gives no more blocks than it has");
  while (free_ < blocks) evict_oldest();
  free_ -= blocks;
}

void KvPool::give(std::int64_t blocks) {
  expects(blocks >= 0 && available() + blocks <= blocks_, "only blocks that were taken come back");
  free_ += blocks;
}

std::int64_t KvPool::matched(std::span<const std::uint64_t> names) const {
  if (prefix_blocks_ == 0 || places_.empty()) return 0;
  std::int64_t count = 0;
  for (const std::uint64_t name : names) {
    if (!places_.contains(name)) break;
    ++count;
  }
  return count;
}

void KvPool::read(std::span<const std::uint64_t> names) {
  for (const std::uint64_t name : names) {
    const std::int32_t place = places_.at(name);
    if (prefix(place).readers++ == 0) unlink(place);
  }
}

void KvPool::keep(std::span<const std::uint64_t> names) {
  for (const std::uint64_t name : names) {
    const auto [entry, is_new] = places_.try_emplace(name, -1);
    if (!is_new) {
      if (prefix(entry->second).readers++ == 0) unlink(entry->second);
      give(prefix_blocks_);
      continue;
    }
    if (free_places_.empty()) {
      entry->second = static_cast<std::int32_t>(prefixes_.size());
      prefixes_.push_back({});
    } else {
      entry->second = free_places_.back();
      free_places_.pop_back();
    }
    prefix(entry->second) = {.name = name, .readers = 1};
  }
}

void KvPool::release(std::span<const std::uint64_t> names) {
  for (const std::uint64_t name : std::views::reverse(names)) {
    const std::int32_t place = places_.at(name);
    expects(prefix(place).readers > 0, "a prefix is released by those who read it");
    if (--prefix(place).readers == 0) link_newest(place);
  }
}

void KvPool::clear_prefixes() {
  while (oldest_ >= 0) evict_oldest();
  expects(places_.empty(), "no sequence reads a prefix that is forgotten");
}

void KvPool::unlink(std::int32_t place) {
  Prefix& out = prefix(place);
  (out.older < 0 ? oldest_ : prefix(out.older).newer) = out.newer;
  (out.newer < 0 ? newest_ : prefix(out.newer).older) = out.older;
  out.older = out.newer = -1;
  unread_ -= prefix_blocks_;
}

void KvPool::link_newest(std::int32_t place) {
  Prefix& in = prefix(place);
  in.older = newest_;
  in.newer = -1;
  (newest_ < 0 ? oldest_ : prefix(newest_).newer) = place;
  newest_ = place;
  unread_ += prefix_blocks_;
}

void KvPool::evict_oldest() {
  const std::int32_t place = oldest_;
  expects(place >= 0, "there is a prefix to forget");
  unlink(place);
  places_.erase(prefix(place).name);
  free_places_.push_back(place);
  free_ += prefix_blocks_;
  evicted_ += prefix_blocks_;
}

}  // namespace offtake::serve
