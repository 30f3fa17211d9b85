#include "terminal_progress.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace offtake::cli {

TerminalProgress::TerminalProgress() : is_terminal_(isatty(STDERR_FILENO) == 1) {}

TerminalProgress::~TerminalProgress() {
  if (!shown_.empty()) fmt::print(stderr, "\r\033[K");
}

Progress TerminalProgress::listener() {
  if (!is_terminal_) return {};
  return [this](std::string_view stage, double share) { show(stage, share); };
}

void TerminalProgress::show(std::string_view stage, double share) {
  constexpr int kWidth = 24;
  const int filled = static_cast<int>(std::clamp(share, 0.0, 1.0) * kWidth);
  std::string line = fmt::format("[{:=<{}}{:<{}}] {}", "", filled, "", kWidth - filled, stage);
  const std::lock_guard lock(mutex_);
  if (line == shown_) return;
  fmt::print(stderr, "\r\033[K{}", line);
  std::fflush(stderr);
  shown_ = std::move(line);
}

}  // namespace offtake::cli
