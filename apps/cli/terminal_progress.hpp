#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "offtake/base/progress.hpp"

namespace offtake::cli {

/// One line on standard error that is overwritten as work goes on; silent when standard error is
/// not a terminal. The line is wiped when this ends.
class TerminalProgress {
 public:
  TerminalProgress();
  ~TerminalProgress();
  TerminalProgress(const TerminalProgress&) = delete;
  TerminalProgress& operator=(const TerminalProgress&) = delete;

  /// Valid while this lives.
  Progress listener();

 private:
  void show(std::string_view stage, double share);

  bool is_terminal_;
  std::mutex mutex_;
  std::string shown_;
};

}  // namespace offtake::cli
