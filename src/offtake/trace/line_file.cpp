#include "offtake/trace/line_file.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/base/input_error.hpp"

namespace offtake::trace {
namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 18U;
constexpr std::size_t kLineMax = std::size_t{1} << 26U;

}  // namespace

void LineFile::Close::operator()(gzFile_s* file) const { gzclose(file); }

LineFile::LineFile(std::string path) : path_(std::move(path)), buffer_(kBuffer) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path_, ignored)) reject("a file that can be read", "a folder");
  errno = 0;
  file_.reset(gzopen(path_.c_str(), "rb"));
  if (!file_) {
    reject("a file that can be read", errno == 0 ? "none" : std::strerror(errno));
  }
  gzbuffer(file_.get(), static_cast<unsigned>(kBuffer));
}

std::optional<std::string_view> LineFile::next() {
  std::size_t searched = 0;
  while (true) {
    const char* begin = buffer_.data() + begin_;
    const std::size_t held = end_ - begin_;
    const void* found = std::memchr(begin + searched, '\n', held - searched);
    if (found == nullptr && fill()) {
      searched = held;
      continue;
    }
    begin = buffer_.data() + begin_;  // Filling moves what is held.
    if (found == nullptr && held == 0) return std::nullopt;
    std::size_t length =
        found == nullptr ? held : static_cast<std::size_t>(static_cast<const char*>(found) - begin);
    given_ = begin_;
    begin_ += found == nullptr ? length : length + 1;
    ++line_;
    if (length > 0 && begin[length - 1] == '\r') --length;
    return std::string_view(begin, length);
  }
}

bool LineFile::fill() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (end_ == buffer_.size()) {
    if (end_ >= kLineMax) reject("lines of at most 64 MiB", fmt::format("line {}", line_ + 1));
    buffer_.resize(2 * buffer_.size());
  }
  const int got = gzread(file_.get(), buffer_.data() + end_,
                         static_cast<unsigned>(std::min(buffer_.size() - end_, kLineMax)));
  int status = Z_OK;
  const char* message = gzerror(file_.get(), &status);
  if (got < 0 || status == Z_BUF_ERROR) {
    reject("a file that can be read to its end",
           fmt::format("\"{}\" after line {}", message, line_));
  }
  end_ += static_cast<std::size_t>(got);
  return got > 0;
}

void LineFile::step_back() {
  expects(line_ > 0, "a line was given");
  begin_ = given_;
  --line_;
}

void LineFile::rewind() {
  if (gzrewind(file_.get()) != 0) reject("a file that can be read twice", "one that cannot");
  begin_ = end_ = 0;
  line_ = 0;
}

void LineFile::reject(std::string expected, std::string found) const {
  throw InputError({{{path_, 0, 0}, "", std::move(expected), std::move(found)}});
}

}  // namespace offtake::trace
