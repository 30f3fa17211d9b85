#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct gzFile_s;

namespace offtake::trace {

/// A text file, plain or compressed with gzip, read line by line; which of the two it is shows in
/// its first bytes. Memory is that of the longest line, and a quarter of a mebibyte.
class LineFile {
 public:
  /// Throws InputError when the file cannot be opened.
  explicit LineFile(std::string path);

  /// The next line without its end (LF or CR-LF; the last line needs none), none after the last.
  /// Holds until the next call. Throws InputError where reading fails, such as in a cut gzip file,
  /// and at a line longer than 64 MiB.
  std::optional<std::string_view> next();

  /// The next line will be the one given last once more. Expects that there is one.
  void step_back();

  /// Back to the first line. Throws InputError where the file cannot be read twice, as a pipe.
  void rewind();

  const std::string& path() const { return path_; }
  int line() const { return line_; }  ///< Of the line given last, from one.

 private:
  struct Close {
    void operator()(gzFile_s* file) const;
  };

  bool fill();  ///< Reads more behind what is left; false at the end of the file.
  [[noreturn]] void reject(std::string expected, std::string found) const;

  std::string path_;
  std::unique_ptr<gzFile_s, Close> file_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  ///< What is not given yet stands in [begin_, end_).
  std::size_t end_ = 0;
  std::size_t given_ = 0;  ///< Where the line given last begins.
  int line_ = 0;
};

}  // namespace offtake::trace
