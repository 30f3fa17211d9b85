#include "offtake/yaml/object_reader.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>

#include "offtake/units/literals.hpp"

namespace offtake::yaml {
namespace {

using namespace offtake::literals;

ObjectReader reader_of(std::string_view text) {
  return ObjectReader(parse_document(text, "chip.yaml"));
}

std::string complaints(const ObjectReader& reader) {
  std::string text;
  for (const Problem& problem : reader.problems()) text += describe(problem) + "\n";
  return text;
}

enum class Kind { kSwitch, kTorus };
constexpr std::array kKinds{Choice{"switch", Kind::kSwitch}, Choice{"torus", Kind::kTorus}};

TEST_CASE("values of every kind are read with their units") {
  const ObjectReader file = reader_of(
      "name: Trainium2\n"
      "cores: 8\n"
      "sparse: true\n"
      "share: 35%\n"
      "hbm: {capacity: 96 GB, bandwidth: 2.9 TB/s}\n"
      "since: 2024-12\n"
      "read_on: 2026-08-21\n"
      "kind: torus\n"
      "aliases: [trn2, 'trn2u']\n"
      "path: {2026: 10%, 2027-06: 100%}\n");
  CHECK(file.text("/name") == "Trainium2");
  CHECK(file.count("/cores") == 8);
  CHECK(file.flag("/sparse"));
  CHECK(file.number("/share") == doctest::Approx(0.35));
  CHECK(file.quantity<Bytes>("/hbm/capacity", "96 GB") == 96.0_GB);
  CHECK(file.object("/hbm").quantity<Bandwidth>("/bandwidth", "2.9 TB/s") == 2.9_TB_per_s);
  CHECK(file.at("/hbm/capacity").any_quantity("1 GB").value == 96e9);
  CHECK(file.month("/since") == Month(2024, 12));
  CHECK(to_string(file.date("/read_on")) == "2026-08-21");
  CHECK(file.choice("/kind", kKinds) == Kind::kTorus);
  CHECK(file.list("/aliases").at(1).text() == "trn2u");
  const auto path = file.entries("/path");
  CHECK(path.at(0).key.month() == Month(2026, 1));
  CHECK(path.at(1).key.month() == Month(2027, 6));
  CHECK(path.at(1).value.number() == doctest::Approx(1.0));
  CHECK(complaints(file).empty());
}

TEST_CASE("a figure is a bare scalar or a mapping with range and source") {
  const ObjectReader file = reader_of(
      "a: 2.9 TB/s\n"
      "b: {value: 2.9 TB/s, low: 2.5 TB/s, high: 3 TB/s, source: aws, status: datasheet, note: n}\n"
      "c: {value: 35%, assume: nobody says}\n");
  CHECK(file.figure<Bandwidth>("/a", "2.9 TB/s").value == 2.9_TB_per_s);
  const auto b = file.figure<Bandwidth>("/b", "2.9 TB/s", Evidence::kRequired);
  CHECK(b.value == 2.9_TB_per_s);
  CHECK(b.low == 2.5_TB_per_s);
  CHECK(b.high == 3.0_TB_per_s);
  CHECK(b.source == "aws");
  CHECK(b.status == "datasheet");
  CHECK(b.note == "n");
  CHECK(b.path == "/b");
  CHECK(b.place.line == 2);
  CHECK(b.place.column == 12);
  CHECK(file.figure<double>("/c", "35%", Evidence::kRequired).assume == "nobody says");
  CHECK(complaints(file).empty());
}

TEST_CASE("all problems are told at once, each with its place, in the user's words") {
  const ObjectReader file = reader_of(
      "name:\n"
      "cores: eight\n"
      "hbm:\n"
      "  bandwith: 2.9 TB/s\n"
      "  capacity: {value: 2900}\n"
      "kind: trous\n"
      "colour: red\n");
  file.text("/name");
  file.count("/cores", 1);
  file.figure<Bytes>("/hbm/capacity", "96 GB", Evidence::kRequired);
  file.figure<Bandwidth>("/hbm/bandwidth", "2.9 TB/s");
  file.choice("/kind", kKinds);
  try {
    file.finish();
    FAIL("the reader is to throw");
  } catch (const InputError& error) {
    CHECK(std::string(error.what()) ==
          "chip.yaml:1:1: /name: expected text, found nothing\n"
          "chip.yaml:2:8: /cores: expected a whole number of at least 1, found \"eight\"\n"
          "chip.yaml:4:3: /hbm/bandwidth: expected a quantity such as \"2.9 TB/s\", found nothing\n"
          "chip.yaml:4:3: /hbm/bandwith: expected a known key (did you mean \"bandwidth\"?), "
          "found \"bandwith\"\n"
          "chip.yaml:5:13: /hbm/capacity/source: expected a source's id, found nothing\n"
          "chip.yaml:5:21: /hbm/capacity/value: expected a quantity such as \"96 GB\", "
          "found \"2900\"\n"
          "chip.yaml:6:7: /kind: expected \"switch\" or \"torus\" (did you mean \"torus\"?), "
          "found \"trous\"\n"
          "chip.yaml:7:1: /colour: expected a known key: \"name\", \"cores\", \"hbm\" or \"kind\", "
          "found \"colour\"");
  }
}

TEST_CASE("a bare scalar has no source, and a missing object is told once") {
  const ObjectReader file = reader_of("a: 96 GB\nlist: 3\n");
  file.figure<Bytes>("/a", "96 GB", Evidence::kRequired);
  const ObjectReader missing = file.object("/scale_up");
  CHECK(missing.text("/kind").empty());
  CHECK(missing.object("/x").count("/y") == 0);
  CHECK(file.list("/list").empty());
  CHECK(complaints(file) ==
        "chip.yaml:1:4: /a/source: expected a source's id, found nothing\n"
        "chip.yaml:1:1: /scale_up: expected a mapping, found nothing\n"
        "chip.yaml:2:7: /list: expected a list, found \"3\"\n");
}

TEST_CASE("a scalar where a mapping should be is told once, however many keys were sought in it") {
  const ObjectReader file = reader_of("hbm: 96 GB\n");
  file.quantity<Bytes>("/hbm/capacity", "96 GB");
  file.quantity<Bandwidth>("/hbm/bandwidth", "2.9 TB/s");
  file.optional<std::string>("/hbm/kind");
  CHECK(complaints(file) == "chip.yaml:1:6: /hbm: expected a mapping, found \"96 GB\"\n");
}

TEST_CASE("wrong units, ranges out of order and wrong kinds are told apart") {
  const ObjectReader file = reader_of(
      "a: 96 GB/s\n"
      "b: 96 parsec\n"
      "c: {value: 5 W, low: 6 W, high: 7 W}\n"
      "d: {value: 5 W, low: 4 W}\n"
      "e: [1]\n"
      "f: 2026-13\n"
      "g: 1.5\n"
      "h: yes\n"
      "i: 2026-02-30\n");
  file.quantity<Bytes>("/a", "96 GB");
  file.quantity<Bytes>("/b", "96 GB");
  file.figure<Watts>("/c", "700 W");
  file.figure<Watts>("/d", "700 W");
  file.text("/e");
  file.month("/f");
  file.count("/g");
  file.flag("/h");
  file.date("/i");
  CHECK(complaints(file) ==
        "chip.yaml:1:4: /a: expected a quantity such as \"96 GB\", found \"96 GB/s\"\n"
        "chip.yaml:2:4: /b: expected a quantity such as \"96 GB\", found \"96 parsec\", whose unit "
        "\"parsec\" is not known\n"
        "chip.yaml:3:4: /c: expected low and high on either side of value, or neither, found a "
        "range that does not hold it\n"
        "chip.yaml:4:4: /d: expected low and high on either side of value, or neither, found a "
        "range that does not hold it\n"
        "chip.yaml:5:4: /e: expected text, found a list\n"
        "chip.yaml:6:4: /f: expected a month such as \"2026-01\", found \"2026-13\"\n"
        "chip.yaml:7:4: /g: expected a whole number of at least 0, found \"1.5\"\n"
        "chip.yaml:8:4: /h: expected true or false, found \"yes\"\n"
        "chip.yaml:9:4: /i: expected a date such as \"2026-01-31\", found \"2026-02-30\"\n");
}

TEST_CASE("a reader's own check stands beside the others") {
  const ObjectReader file = reader_of("price: -3 USD\n");
  const Value price = file.at("/price");
  if (price.quantity<Dollars>("3 USD") < 0.0_USD) price.reject("a price that is not negative");
  CHECK(complaints(file) ==
        "chip.yaml:1:8: /price: expected a price that is not negative, found \"-3 USD\"\n");
}

TEST_CASE("a document that is not a mapping is a problem, not a crash") {
  for (const std::string_view text : {"", "- 1\n- 2\n", "word"}) {
    const ObjectReader file = reader_of(text);
    CHECK(file.text("/name").empty());
    CHECK(file.problems().size() == 1);
  }
}

TEST_CASE("every whole number that is written is read back") {
  CHECK(rc::check([](int number) {
    const ObjectReader file = reader_of("n: " + std::to_string(number) + "\n");
    RC_ASSERT(file.at("/n").integer() == number);
    RC_ASSERT(file.problems().empty());
  }));
}

TEST_CASE("every key that no one asks for is a problem, and no other") {
  CHECK(rc::check([] {
    const auto asked = *rc::gen::container<std::vector<bool>>(8, rc::gen::arbitrary<bool>());
    std::string text;
    for (std::size_t i = 0; i < asked.size(); ++i) text += "k" + std::to_string(i) + ": v\n";
    const ObjectReader file = reader_of(text);
    std::size_t unasked = 0;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (asked[i]) {
        file.text("/k" + std::to_string(i));
      } else {
        ++unasked;
      }
    }
    RC_ASSERT(file.problems().size() == unasked);
  }));
}

}  // namespace
}  // namespace offtake::yaml
