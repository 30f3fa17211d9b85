#include "offtake/trace/line_file.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

#include "offtake/base/input_error.hpp"
#include "offtake/trace/written_file.hpp"

namespace offtake::trace {
namespace {

std::vector<std::string> lines(LineFile& file) {
  std::vector<std::string> all;
  while (const auto line = file.next()) all.emplace_back(*line);
  return all;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("lines end in LF or CR-LF, and the last needs no end") {
  const WrittenFile written("a,b\r\n\nc\nd");
  LineFile file(written.path());
  CHECK(lines(file) == Lines{"a,b", "", "c", "d"});
  CHECK(file.line() == 4);
  file.rewind();
  CHECK(lines(file) == Lines{"a,b", "", "c", "d"});
}

TEST_CASE("a step back gives the last line once more") {
  const WrittenFile written("a\nb\n");
  LineFile file(written.path());
  CHECK(file.next() == "a");
  file.step_back();
  CHECK(file.line() == 0);
  CHECK(lines(file) == Lines{"a", "b"});
}

TEST_CASE("lines longer than the buffer are whole") {
  const std::string first(700'000, 'x');
  const std::string second(100'000, 'y');
  const WrittenFile written(first + "\r\n" + second);
  LineFile file(written.path());
  CHECK(file.next() == first);
  CHECK(file.next() == second);
  CHECK(!file.next());
}

TEST_CASE("a file reads the same plain and compressed, wherever the buffer ends") {
  CHECK(rc::check([] {
    const int count = *rc::gen::inRange(0, 3000);
    const auto seed = *rc::gen::arbitrary<unsigned>();
    Lines expected;
    std::string text;
    for (int line = 0; line < count; ++line) {
      expected.push_back(std::string((seed + 7919U * static_cast<unsigned>(line)) % 400U,
                                     static_cast<char>('a' + line % 26)));
      text += expected.back() + (line % 3 == 0 ? "\r\n" : "\n");
    }
    const WrittenFile plain(text);
    const WrittenFile compressed(gzipped(text));
    LineFile plain_file(plain.path());
    LineFile compressed_file(compressed.path());
    RC_ASSERT(lines(plain_file) == expected);
    RC_ASSERT(lines(compressed_file) == expected);
  }));
}

TEST_CASE("what cannot be read is the user's to mend") {
  CHECK_THROWS_WITH_AS(LineFile("/no/such/file"),
                       "/no/such/file: expected a file that can be read, found No such file or "
                       "directory",
                       InputError);
  CHECK_THROWS_AS(LineFile("/tmp"), InputError);
  const std::string whole = gzipped(std::string(50'000, 'x') + "\n" + "rest of the file\n");
  const WrittenFile cut(std::string_view(whole).substr(0, whole.size() - 12));
  LineFile file(cut.path());
  CHECK_THROWS_AS(lines(file), InputError);
}

}  // namespace offtake::trace
