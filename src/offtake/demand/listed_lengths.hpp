#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "offtake/demand/request_source.hpp"

namespace offtake::demand {

/// For tests: requests of these lengths, prompt and output, in their order; all arrive at zero.
class ListedLengths final : public RequestSource {
 public:
  using Lengths = std::vector<std::pair<std::int32_t, std::int32_t>>;

  explicit ListedLengths(Lengths lengths) : lengths_(std::move(lengths)) {}

  std::optional<Request> next() override {
    if (given_ == lengths_.size()) return std::nullopt;
    Request request;
    request.input = lengths_[given_].first;
    request.output = lengths_[given_].second;
    ++given_;
    return request;
  }

 private:
  Lengths lengths_;
  std::size_t given_ = 0;
};

inline std::unique_ptr<RequestSource> listed(ListedLengths::Lengths lengths) {
  return std::make_unique<ListedLengths>(std::move(lengths));
}

}  // namespace offtake::demand
