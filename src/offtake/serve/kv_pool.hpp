#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace offtake::serve {

/// The paged KV cache of one replica, counted in blocks of equal size: which block is whose never
/// matters to time. Blocks of prompts may be kept by the name of their prefix after their sequences
/// have ended, until room is needed: then those that were used longest ago go first, of one
/// sequence the deepest first.
/// Sources: Kwon et al., "Efficient memory management for large language model serving with
/// PagedAttention", SOSP 2023; Zheng et al., "SGLang", NeurIPS 2024.
class KvPool {
 public:
  /// `blocks` in all. A prefix block is `prefix_blocks` of them; zero keeps no prefixes.
  KvPool(std::int64_t blocks, int block_tokens, int prefix_blocks);

  std::int64_t blocks() const { return blocks_; }
  int block_tokens() const { return block_tokens_; }
  int prefix_blocks() const { return prefix_blocks_; }
  std::int64_t blocks_for(std::int64_t tokens) const {
    return (tokens + block_tokens_ - 1) / block_tokens_;
  }
  /// Free, or kept only for prefixes that no sequence reads.
  std::int64_t available() const { return free_ + unread_; }
  std::int64_t used() const { return blocks_ - available(); }
  std::int64_t evicted() const { return evicted_; }  ///< Blocks of prefixes, so far.

  /// At most what is available; forgets prefixes where it must.
  void take(std::int64_t blocks);
  void give(std::int64_t blocks);

  /// How many of `names`, from the first, are kept.
  std::int64_t matched(std::span<const std::uint64_t> names) const;
  /// A sequence reads the prefixes `names`, all of them kept.
  void read(std::span<const std::uint64_t> names);
  /// A sequence that reads them has computed the blocks `names` into blocks of its own: they become
  /// the cache's, or are given back where another sequence was first.
  void keep(std::span<const std::uint64_t> names);
  /// A sequence no longer reads the prefixes `names`.
  void release(std::span<const std::uint64_t> names);
  /// Forgets all prefixes; no sequence reads any.
  void clear_prefixes();

 private:
  struct Prefix {
    std::uint64_t name = 0;
    std::int32_t readers = 0;
    std::int32_t older = -1;  ///< Neighbours among those without readers.
    std::int32_t newer = -1;
  };

  Prefix& prefix(std::int32_t place) { return prefixes_[static_cast<std::size_t>(place)]; }
  void unlink(std::int32_t place);
  void link_newest(std::int32_t place);
  void evict_oldest();

  std::int64_t blocks_;
  int block_tokens_;
  int prefix_blocks_;
  std::int64_t free_;
  std::int64_t unread_ = 0;
  std::int64_t evicted_ = 0;
  std::unordered_map<std::uint64_t, std::int32_t> places_;
  std::vector<Prefix> prefixes_;
  std::vector<std::int32_t> free_places_;
  std::int32_t oldest_ = -1;
  std::int32_t newest_ = -1;
};

}  // namespace offtake::serve
