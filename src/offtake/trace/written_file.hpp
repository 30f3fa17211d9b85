#pragma once

#include <unistd.h>
#include <zlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace offtake::trace {

/// A file of the test's own text, gone when the test is.
class WrittenFile {
 public:
  explicit WrittenFile(std::string_view text) : path_(new_path()) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  WrittenFile(const WrittenFile&) = delete;
  WrittenFile& operator=(const WrittenFile&) = delete;
  ~WrittenFile() { std::filesystem::remove(path_); }

  const std::string& path() const { return path_; }

 private:
  static std::string new_path() {
    static std::atomic<int> count = 0;
    const std::string name = "offtake-" + std::to_string(getpid()) + "-" + std::to_string(++count);
    return std::filesystem::temp_directory_path() / name;
  }

  std::string path_;
};

/// The text as gzip writes it.
inline std::string gzipped(std::string_view text) {
  const WrittenFile file("");
  gzFile stream = gzopen(file.path().c_str(), "wb");
  gzwrite(stream, text.data(), static_cast<unsigned>(text.size()));
  gzclose(stream);
  std::ifstream read(file.path(), std::ios::binary);
  return {std::istreambuf_iterator<char>(read), {}};
}

}  // namespace offtake::trace
