#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace offtake {

/// How many threads a computation may use; never what it computes.
struct Parallelism {
  int threads = 1;
};

/// As many threads as the machine has processors.
inline Parallelism all_processors() {
  return {static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))};
}

/// Calls `body(index)` once for each index below `count`, on up to `parallelism.threads` threads.
/// Each index must write only its own slot; then the result does not depend on the thread count.
/// An exception of any call is thrown again here once all threads have stopped; of several, the one
/// of the lowest index.
template <class Body>
void for_each_index(std::size_t count, Parallelism parallelism, Body&& body) {
  const std::size_t threads =
      std::min(count, static_cast<std::size_t>(std::max(1, parallelism.threads)));
  if (threads <= 1) {
    for (std::size_t index = 0; index < count; ++index) body(index);
    return;
  }
  std::atomic<std::size_t> next{0};
  std::mutex failure_mutex;
  std::exception_ptr failure;
  std::size_t failure_index = count;
  const auto work = [&] {
    for (std::size_t index = next++; index < count; index = next++) {
      try {
        body(index);
      } catch (...) {
        const std::lock_guard lock(failure_mutex);
        if (index < failure_index) {
          failure_index = index;
          failure = std::current_exception();
        }
      }
    }
  };
  {
    std::vector<std::jthread> workers;
    for (std::size_t worker = 1; worker < threads; ++worker) workers.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace offtake
