#include "offtake/lp/smps_program.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "offtake/lp/smps_case.hpp"

using namespace offtake;
using namespace offtake::lp;

namespace {

constexpr const char* kCore =
    "NAME          SMALL\n"
    "ROWS\n"
    " N  COST\n"
    " L  LIMIT\n"
    " G  NEED\n"
    " E  BALANCE\n"
    "COLUMNS\n"
    "    X1        COST           3.0   LIMIT          1.0\n"
    "    X1        NEED           2.0\n"
    "    X2        COST           4.0   LIMIT          1.0\n"
    "    Y1        COST          10.0   NEED           1.0\n"
    "    Y1        BALANCE        1.0\n"
    "    Y2        COST           1.0   BALANCE       -1.0\n"
    "RHS\n"
    "    RHS       LIMIT          8.0   NEED           5.0\n"
    "ENDATA\n";

constexpr const char* kTime =
    "TIME          SMALL\n"
    "PERIODS\n"
    "    X1        LIMIT                    NOW\n"
    "    Y1        NEED                     LATER\n"
    "ENDATA\n";

constexpr const char* kStochastics =
    "STOCH         SMALL\n"
    "INDEP         DISCRETE\n"
    "    RHS       NEED           5.0                      0.25\n"
    "    RHS       NEED           7.0                      0.75\n"
    "ENDATA\n";

struct Texts {
  std::string core = kCore;
  std::string time = kTime;
  std::string stochastics = kStochastics;
};

SmpsProgram read(const Texts& texts) {
  return SmpsProgram({{"s.cor", texts.core}, {"s.tim", texts.time}, {"s.sto", texts.stochastics}});
}

/// "file:line: path: expected" of what is wrong.
std::vector<std::string> problems(const Texts& texts) {
  try {
    read(texts);
  } catch (const InputError& error) {
    std::vector<std::string> list;
    for (const Problem& p : error.problems()) {
      list.push_back(p.place.file + ":" + std::to_string(p.place.line) + ": " + p.path + ": " +
                     p.expected);
    }
    return list;
  }
  return {};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// The core with `lines` of a section before the last line.
std::string core_with(const std::string& lines) {
  return replaced(kCore, "ENDATA", lines + "ENDATA");
}

std::string stochastics(const std::string& lines) { return "STOCH S\n" + lines + "ENDATA\n"; }

/// The recourse of each scenario of a program.
StochasticProgram program(const Texts& texts) { return read(texts).enumerate(); }

}  // namespace

TEST_CASE("a core is split at the rows and columns that the time file names") {
  const SmpsProgram smps = read({});
  CHECK(smps.first_stage_names() == std::vector<std::string>{"X1", "X2"});
  CHECK(smps.scenario_count() == 2.0);
  const StochasticProgram p = smps.enumerate();
  REQUIRE(p.first_stage.columns.size() == 2);
  CHECK(p.first_stage.columns[0].objective == 3.0);
  CHECK(p.first_stage.columns[1].objective == 4.0);
  REQUIRE(p.first_stage.rows.size() == 1);
  CHECK(p.first_stage.rows[0] == at_most(8.0));
  CHECK(p.first_stage.terms == std::vector<Term>{{0, 1.0}, {1, 1.0}});
  REQUIRE(p.scenarios.size() == 2);
  const ScenarioBlock& last = p.scenarios[1];
  CHECK(last.probability == 0.75);
  CHECK(last.recourse.columns[0].objective == 10.0);
  CHECK(last.recourse.rows == std::vector<Interval>{at_least(7.0), equal_to(0.0)});
  CHECK(last.recourse.terms == std::vector<Term>{{0, 1.0}, {0, 1.0}, {1, -1.0}});
  REQUIRE(last.coupling.size() == 1);
  CHECK(last.coupling[0].row == 0);
  CHECK(last.coupling[0].column == 0);
  CHECK(last.coupling[0].coefficient == 2.0);
  CHECK(p.scenarios[0].recourse.rows[0] == at_least(5.0));
}

TEST_CASE("free form may leave out the names of sets, and lines may end as on other systems") {
  std::string core = replaced(kCore, "    RHS       LIMIT          8.0   NEED           5.0\n",
                              "\tLIMIT 8.0 NEED +5\r\n");
  core = replaced(core, "ENDATA", "BOUNDS\n UP X2 1.5D+1\n MI Y2\nENDATA");
  const StochasticProgram p = program({.core = core});
  CHECK(p.first_stage.rows[0] == at_most(8.0));
  CHECK(p.first_stage.columns[1].upper == 15.0);
  CHECK(p.scenarios[0].recourse.columns[1].lower == -kInfinity);
}

TEST_CASE("names with blanks are read by the columns of cards") {
  const std::string core =
      "NAME          CARDS\n"
      "ROWS\n"
      " N  THE COST\n"
      " G  THE NEED\n"
      "COLUMNS\n"
      "    BUY NOW   THE COST           1.0   THE NEED           1.0\n"
      "    BUY THEN  THE COST           3.0   THE NEED           1.0\n"
      "RHS\n"
      "    RHS       THE NEED           4.0\n"
      "ENDATA\n";
  const std::string time =
      "TIME          CARDS\n"
      "PERIODS\n"
      "    BUY NOW   THE COST                 NOW\n"
      "    BUY THEN  THE NEED                 THEN\n"
      "ENDATA\n";
  const std::string sto =
      "STOCH         CARDS\n"
      "INDEP         DISCRETE\n"
      "    RHS       THE NEED           4.0   THEN               0.5\n"
      "    RHS       THE NEED           6.0   THEN               0.5\n"
      "ENDATA\n";
  const SmpsProgram smps = read({core, time, sto});
  CHECK(smps.first_stage_names() == std::vector<std::string>{"BUY NOW"});
  CHECK(smps.enumerate().scenarios[1].recourse.rows[0] == at_least(6.0));
}

TEST_CASE("ranges widen a row to the side that its kind and their sign say") {
  const std::string core = core_with(
      "RANGES\n    RNG       LIMIT         -2.0   NEED           3.0\n"
      "    RNG       BALANCE       -4.0\n");
  const StochasticProgram p = program({.core = core});
  CHECK(p.first_stage.rows[0] == Interval{6.0, 8.0});
  CHECK(p.scenarios[0].recourse.rows[0] == Interval{5.0, 8.0});
  CHECK(p.scenarios[0].recourse.rows[1] == Interval{-4.0, 0.0});
  const std::string above = core_with("RANGES\n    RNG       BALANCE        4.0\n");
  CHECK(program({.core = above}).scenarios[0].recourse.rows[1] == Interval{0.0, 4.0});
}

TEST_CASE("each kind of bound moves the ends that it names") {
  struct Case {
    const char* lines;
    double lower, upper;
    bool whole;
  };
  for (const Case& c : {Case{" UP B X2 7\n", 0.0, 7.0, false},
                        {" LO B X2 2\n", 2.0, kInfinity, false},
                        {" FX B X2 3\n", 3.0, 3.0, false},
                        {" FR B X2\n", -kInfinity, kInfinity, false},
                        {" MI B X2\n UP B X2 4\n", -kInfinity, 4.0, false},
                        {" UP B X2 4\n PL B X2\n", 0.0, kInfinity, false},
                        {" BV B X2\n", 0.0, 1.0, true},
                        {" LI B X2 2\n", 2.0, kInfinity, true},
                        {" UI B X2 9\n", 0.0, 9.0, true},
                        {" UP B X2 1e30\n", 0.0, kInfinity, false},
                        {" UP B X2 -5\n", -kInfinity, -5.0, false},
                        {" LO B X2 -9\n UP B X2 -5\n", -9.0, -5.0, false}}) {
    INFO(std::string(c.lines));
    const Column column =
        program({.core = core_with(std::string("BOUNDS\n") + c.lines)}).first_stage.columns[1];
    CHECK(column.lower == c.lower);
    CHECK(column.upper == c.upper);
    CHECK(column.whole == c.whole);
  }
}

TEST_CASE("columns between markers are whole, and 0 or 1 unless bounded") {
  std::string core =
      replaced(kCore, "    X2        COST",
               "    M1        'MARKER'                 'INTORG'\n    X2        COST");
  core = replaced(core, "    Y1        COST",
                  "    M2        'MARKER'                 'INTEND'\n    Y1        COST");
  const StochasticProgram p = program({.core = core});
  CHECK_FALSE(p.first_stage.columns[0].whole);
  CHECK(p.first_stage.columns[1].whole);
  CHECK(p.first_stage.columns[1].upper == 1.0);
  CHECK_FALSE(has_whole_recourse(p));
  const std::string bounded = replaced(core, "ENDATA", "BOUNDS\n UP B X2 9\nENDATA");
  CHECK(program({.core = bounded}).first_stage.columns[1].upper == 9.0);
}

TEST_CASE("what is maximised is turned round, and the objective's right-hand side is taken off") {
  const std::string core = replaced(core_with(""), "ROWS", "OBJSENSE\n    MAX\nROWS");
  const std::string shifted =
      replaced(core, "NEED           5.0", "NEED           5.0\n    RHS       COST         100.0");
  const SmpsProgram smps = read({.core = shifted});
  CHECK(smps.maximised());
  const StochasticProgram p = smps.enumerate();
  // max 3 x1 + ... - 100 is min -3 x1 - ... + 100.
  CHECK(p.first_stage.offset == 100.0);
  CHECK(p.first_stage.columns[0].objective == -3.0);
  CHECK(p.scenarios[0].recourse.columns[0].objective == -10.0);
  CHECK(p.scenarios[0].recourse.offset == 0.0);
}

TEST_CASE("an explicit time file names the period of every row and column") {
  const std::string time =
      "TIME S\nPERIODS EXPLICIT\n    NOW\n    LATER\nROWS\n    LIMIT NOW\n    NEED LATER\n"
      "    BALANCE LATER\nCOLUMNS\n    Y1 LATER\n    Y2 LATER\n    X1 NOW\n    X2 NOW\nENDATA\n";
  const StochasticProgram a = program({.time = time});
  const StochasticProgram b = program({});
  CHECK(a.first_stage.terms == b.first_stage.terms);
  CHECK(a.scenarios[1].recourse.terms == b.scenarios[1].recourse.terms);
  CHECK(problems({.time = replaced(time, "    Y2 LATER\n", "")}) ==
        std::vector<std::string>{"s.tim:0: COLUMNS: a period of Y2"});
}

TEST_CASE("independent elements make every combination, with the product of probabilities") {
  const StochasticProgram p = program(
      {.stochastics = stochastics("INDEP DISCRETE\n RHS NEED 5 0.25\n RHS NEED 7 LATER 0.75\n"
                                  " Y1 COST 9 0.5\n Y1 COST 11 0.5\n")});
  REQUIRE(p.scenarios.size() == 4);
  CHECK(p.scenarios[2].probability == 0.375);
  CHECK(p.scenarios[2].recourse.rows[0] == at_least(7.0));
  CHECK(p.scenarios[2].recourse.columns[0].objective == 9.0);
  CHECK(p.scenarios[3].recourse.columns[0].objective == 11.0);
}

TEST_CASE("randomness reaches both matrices, costs, limits, ranges and bounds") {
  const std::string core = core_with("RANGES\n R NEED 3\nBOUNDS\n UP B Y1 50\n");
  const ScenarioBlock block =
      program({.core = core,
               .stochastics = stochastics("BLOCKS DISCRETE\n BL ALL LATER 1.0\n X1 NEED 2.5\n"
                                          " X2 BALANCE 6\n Y1 NEED 1.5 BALANCE 0.5\n Y2 COST -1\n"
                                          " RHS BALANCE 4\n R NEED 2\n UP B Y1 40\n LO B Y2 1\n"
                                          " RHS COST 7\n")})
          .scenarios[0];
  CHECK(block.coupling.size() == 2);
  CHECK(block.coupling[0].coefficient == 2.5);
  CHECK(block.coupling[1].row == 1);
  CHECK(block.coupling[1].column == 1);
  CHECK(block.coupling[1].coefficient == 6.0);  // Not in the core at all.
  CHECK(block.recourse.terms == std::vector<Term>{{0, 1.5}, {0, 0.5}, {1, -1.0}});
  CHECK(block.recourse.columns[1].objective == -1.0);
  CHECK(block.recourse.rows == std::vector<Interval>{{5.0, 7.0}, equal_to(4.0)});
  CHECK(block.recourse.columns[0].upper == 40.0);
  CHECK(block.recourse.columns[1].lower == 1.0);
  CHECK(block.recourse.offset == -7.0);
}

TEST_CASE("a block's later realizations keep what its first one set") {
  const StochasticProgram p =
      program({.stochastics = stochastics("BLOCKS DISCRETE\n BL A LATER 0.5\n RHS NEED 6\n"
                                          " Y1 COST 8\n BL A LATER 0.3\n RHS NEED 9\n"
                                          " BL A LATER 0.2\n Y1 COST 12\n")});
  REQUIRE(p.scenarios.size() == 3);
  CHECK(p.scenarios[1].recourse.rows[0] == at_least(9.0));
  CHECK(p.scenarios[1].recourse.columns[0].objective == 8.0);
  CHECK(p.scenarios[2].recourse.rows[0] == at_least(6.0));
  CHECK(p.scenarios[2].recourse.columns[0].objective == 12.0);
}

TEST_CASE("a scenario keeps what its parent set, and what no one set is the core's") {
  const StochasticProgram p =
      program({.stochastics = stochastics("SCENARIOS DISCRETE\n SC A ROOT 0.5 LATER\n RHS NEED 6\n"
                                          " SC B A 0.3 LATER\n Y1 COST 12\n"
                                          " SC C 'ROOT' 0.2 LATER\n")});
  REQUIRE(p.scenarios.size() == 3);
  CHECK(p.scenarios[1].recourse.rows[0] == at_least(6.0));
  CHECK(p.scenarios[1].recourse.columns[0].objective == 12.0);
  CHECK(p.scenarios[2].recourse.rows[0] == at_least(5.0));
  CHECK(p.scenarios[2].recourse.columns[0].objective == 10.0);
}

TEST_CASE("values may be added to the core's or multiply them") {
  const auto need = [](const char* word) {
    return program({.stochastics = stochastics(std::string("INDEP DISCRETE ") + word +
                                               "\n RHS NEED 3 0.5\n RHS NEED 2 0.5\n")})
        .scenarios[0]
        .recourse.rows[0];
  };
  CHECK(need("REPLACE") == at_least(3.0));
  CHECK(need("ADD") == at_least(8.0));
  CHECK(need("MULTIPLY") == at_least(15.0));
}

TEST_CASE("probabilities written short are scaled, and futures that cannot come are left out") {
  const StochasticProgram p =
      program({.stochastics = stochastics("INDEP DISCRETE\n RHS NEED 1 0.333\n RHS NEED 2 0.333\n"
                                          " RHS NEED 3 0.333\n RHS NEED 4 0.0\n")});
  REQUIRE(p.scenarios.size() == 3);
  CHECK(p.scenarios[0].probability == doctest::Approx(1.0 / 3.0).epsilon(1e-12));
}

TEST_CASE("continuous laws are drawn, not counted") {
  const SmpsProgram smps =
      read({.stochastics =
                stochastics("INDEP UNIFORM\n RHS NEED 4 6\nINDEP NORMAL ADD\n Y1 COST 0 4\n")});
  CHECK(std::isinf(smps.scenario_count()));
  const StochasticProgram p = smps.sample({.count = 20'000, .seed = 3, .purpose = "test"});
  double need = 0.0, cost = 0.0, squares = 0.0;
  for (const ScenarioBlock& block : p.scenarios) {
    need += block.recourse.rows[0].lower;
    CHECK(block.recourse.rows[0].lower >= 4.0);
    CHECK(block.recourse.rows[0].lower <= 6.0);
    cost += block.recourse.columns[0].objective;
    squares += std::pow(block.recourse.columns[0].objective - 10.0, 2);
  }
  // Deviations of the means: 2 / sqrt(12 x 20,000) = .0041 and 2 / sqrt(20,000) = .014; of the
  // variance 4: 4 sqrt(2 / 20,000) = .04. Bounds are five of each.
  CHECK(std::abs(need / 20'000 - 5.0) < 0.021);
  CHECK(std::abs(cost / 20'000 - 10.0) < 0.071);
  CHECK(std::abs(squares / 20'000 - 4.0) < 0.2);
}

TEST_CASE("draws follow their probabilities, and a draw depends on its number alone") {
  const SmpsProgram smps = read({});
  const StochasticProgram all = smps.sample({.count = 10'000, .seed = 5, .purpose = "test"});
  const auto sevens = std::ranges::count_if(all.scenarios, [](const ScenarioBlock& block) {
    return block.recourse.rows[0].lower == 7.0;
  });
  CHECK(std::abs(static_cast<double>(sevens) - 7500.0) < 5.0 * std::sqrt(10'000 * 0.75 * 0.25));
  const StochasticProgram part =
      smps.sample({.count = 50, .first = 900, .seed = 5, .purpose = "test"});
  for (std::size_t s = 0; s < 50; ++s) {
    CHECK(part.scenarios[s].recourse.rows == all.scenarios[900 + s].recourse.rows);
  }
}

TEST_CASE("the problems of all three files are told at once, with their lines") {
  const Texts wrong{.core = replaced(replaced(kCore, "Y2        COST           1.0",
                                              "Y2        COTS           1.0"),
                                     "LIMIT          8.0", "LIMIT          8,0"),
                    .time = replaced(kTime, "Y1        NEED", "Y9        NEED"),
                    .stochastics = replaced(kStochastics, "0.75", "0.70")};
  CHECK(problems(wrong) ==
        std::vector<std::string>{"s.cor:13: COTS: a row of ROWS", "s.cor:15: LIMIT: a number",
                                 "s.sto:3: RHS NEED: probabilities that sum to 1",
                                 "s.tim:4: LATER: a column of the core"});
}

TEST_CASE("a problem names the column in which it stands") {
  const std::string core = replaced(kCore, "Y2        COST", "Y2        COTS");
  try {
    read({.core = core});
    FAIL("a row that is not there was read");
  } catch (const InputError& error) {
    // Of "    Y2        COTS": four blanks, two letters, eight blanks.
    CHECK(error.problems()[0].place == Place{"s.cor", 13, 15});
  }
}

TEST_CASE("what a program cannot be is told with its place") {
  using List = std::vector<std::string>;
  const auto sto = [](const std::string& lines) {
    return problems({.stochastics = stochastics(lines)});
  };
  CHECK(sto("INDEP GAMMA\n RHS NEED 1 2\n") ==
        List{"s.sto:2: INDEP: DISCRETE, UNIFORM or NORMAL: other laws cannot be drawn here"});
  CHECK(sto("BLOCKS LINTR\n BL A LATER\n") ==
        List{"s.sto:2: BLOCKS: DISCRETE: realizations with probabilities"});
  CHECK(sto("CHANCE\n") == List{"s.sto:2: CHANCE: INDEP, BLOCKS or SCENARIOS"});
  CHECK(sto("INDEP DISCRETE\n RHS LIMIT 1 1.0\n") ==
        List{"s.sto:3: RHS LIMIT: what belongs to the second period"});
  CHECK(sto("INDEP DISCRETE\n X1 COST 1 1.0\n") ==
        List{"s.sto:3: X1 COST: what belongs to the second period"});
  CHECK(sto("SCENARIOS\n SC A B 1.0 LATER\n RHS NEED 1\n") ==
        List{"s.sto:3: A: ROOT or a scenario above as parent"});
  CHECK(sto("SCENARIOS\n SC A ROOT 1.0 NOW\n RHS NEED 1\n") ==
        List{"s.sto:3: A: the second period, LATER"});
  CHECK(sto("INDEP DISCRETE\n RHS NEED 1 1.0\nBLOCKS DISCRETE\n BL A LATER 1\n RHS NEED 2\n") ==
        List{"s.sto:5: RHS NEED: an element of one random vector"});
  CHECK(problems({.core = core_with("BOUNDS\n LO B X1 4\n UP B X1 3\n")}) ==
        List{"s.cor:18: X1: a lower bound not above the upper"});
  CHECK(problems({.core = core_with("BOUNDS\n SC B X1 4\n")}) ==
        List{"s.cor:17: BOUNDS: a kind of bound: LO, UP, FX, FR, MI, PL, BV, LI or UI"});
  CHECK(problems({.time = replaced(kTime, "Y1        NEED", "X2        NEED")}) ==
        List{"s.tim:0: LIMIT: a row of the first period to hold columns of that period only"});
  CHECK(problems({.time = replaced(kTime, "ENDATA", " Y2 BALANCE LAST\nENDATA")}) ==
        List{"s.tim:0: PERIODS: two periods"});
  CHECK(problems({.time = replaced(kTime, "Y1        NEED", "X1        LIMIT")}) ==
        List{"s.tim:0: NOW: a column decided in it"});
}

TEST_CASE("a realization that leaves an interval empty is wrong input") {
  const SmpsProgram smps = read({.core = core_with("BOUNDS\n UP B Y1 5\n"),
                                 .stochastics = stochastics("INDEP DISCRETE\n LO B Y1 6 1.0\n")});
  CHECK_THROWS_AS(smps.enumerate(), InputError);
}

TEST_CASE("whatever is done to the files, they are read or their problems told") {
  const SmpsFiles whole = example::files_of(OFFTAKE_SOURCE_DIR "/tests/cases/smps/farmer");
  CHECK(rc::check([&] {
    SmpsFiles files = whole;
    std::string& text =
        **rc::gen::element(&files.core.text, &files.time.text, &files.stochastics.text);
    const int changes = *rc::gen::inRange(1, 6);
    for (int i = 0; i < changes; ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
      const auto length = *rc::gen::inRange<std::size_t>(0, 12);
      text.replace(at, length,
                   *rc::gen::element<std::string>("", " ", "\n", "-", "1e30", "X", "RHS",
                                                  "\nBOUNDS\n", " FR ", "0.5", "\n BL A B "));
    }
    try {
      SmpsProgram(files).enumerate();
    } catch (const InputError& error) {
      RC_ASSERT(!error.problems().empty());
    }
  }));
}
