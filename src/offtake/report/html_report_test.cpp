#include "offtake/report/html_report.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "offtake/report/fixture/invented_document.hpp"
#include "offtake/report/page_bundle.hpp"
#include "offtake/report/report_json.hpp"

using namespace offtake::report;

namespace {

/// What stands between the tags of the data's script element.
std::string embedded_json(const std::string& page) {
  const std::string opening = "id=\"report-document\">";
  const std::size_t begin = page.find(opening) + opening.size();
  return page.substr(begin, page.find("</script>", begin) - begin);
}

}  // namespace

TEST_CASE("the same document gives the same bytes") {
  CHECK(html_report(invented_document()) == html_report(invented_document()));
}

TEST_CASE("the page holds the document whole, whatever its text") {
  ReportDocument document = invented_document();
  document.header.title = "</script><script>alert(1)</script><!-- & \"quoted\" \\ 'so'";
  const std::string page = html_report(document);
  CHECK(nlohmann::json::parse(embedded_json(page)) == nlohmann::json::parse(report_json(document)));
  CHECK(page.find("<script>alert(1)") == std::string::npos);
}

TEST_CASE("the page asks nothing of any host") {
  const std::string page = html_report(invented_document());
  const std::string markup = page.substr(0, page.find("id=\"report-document\""));
  CHECK(markup.find("src=") == std::string::npos);
  CHECK(page_style().find("@import") == std::string_view::npos);
  CHECK(page_style().find("url(") == std::string_view::npos);
}

TEST_CASE("the page is smaller than 1.5 MB") {
  CHECK(html_report(invented_document()).size() < 1'500'000);
}

TEST_CASE("the figures stand in the page's text, not only in its data") {
  const std::string page = html_report(invented_document());
  const std::string text = page.substr(0, page.find("id=\"report-document\""));
  for (const char* const part : {"Sign 40%", "7.1–12.9", "−1.4 to 5.3", "0.29–0.47", "91.1–91.5",
                                 "take-or-pay 2027–31", "Oracle 10-Q, Dec 2025"}) {
    CAPTURE(part);
    CHECK(text.find(part) != std::string::npos);
  }
}

TEST_CASE("a part without data is left out, and no link leads to it") {
  const std::string page = html_report(invented_short_document());
  for (const char* const id : {"contracts", "fleet", "cost", "paid", "owed", "moves", "checks"}) {
    CAPTURE(id);
    CHECK(page.find("<section id=\"" + std::string{id} + "\"") == std::string::npos);
    CHECK(page.find("href=\"#" + std::string{id} + "\"") == std::string::npos);
  }
  CHECK(page.find("<section id=\"run\"") != std::string::npos);
}

TEST_CASE("a small buyer's dollars are in thousands, and its tables say so") {
  const std::string page = html_report(invented_enterprise_document());
  CHECK(page.find("Commit, $k") != std::string::npos);
  CHECK(page.find(">203.0<") != std::string::npos);
  CHECK(page.find("−3.0 to 88.0") != std::string::npos);
}

TEST_CASE("a training job's page tells its run, step, memory, curves and layouts as tables") {
  const std::string page = html_report(invented_training_document());
  for (const char* told : {"figure-run", "figure-step", "figure-memory", "figure-scaling",
                           "table-layouts", "work done again", "tp=8, pp=16, dp=64, cp=2",
                           "M tok/s of the run", "\"training\":{\"family\":\"Nvidia\""}) {
    CHECK_MESSAGE(page.find(told) != std::string::npos, told);
  }
  // 4.2 of 75.1 days restart, and 1.44M tokens a second at a goodput of 93% are 1.339M.
  CHECK(page.find(">5.6<") != std::string::npos);
  CHECK(page.find(">1.339<") != std::string::npos);
}

TEST_CASE("a replay's page tells its fleets, latencies, loads, periods and classes as tables") {
  const std::string page = html_report(invented_replay_document());
  const std::string text = page.substr(0, page.find("id=\"report-document\""));
  for (const char* const id : {"table-fleets", "figure-ttft", "figure-tpot", "figure-load",
                               "figure-occupancy", "figure-attainment", "table-classes"}) {
    CAPTURE(id);
    CHECK(text.find("id=\"" + std::string{id} + "\"") != std::string::npos);
  }
  CHECK(text.find("batch <&>") == std::string::npos);
  CHECK(text.find("batch &lt;&amp;&gt;") != std::string::npos);
  // The smallest p99 of TTFT is 6 * 0.3 = 1.8 s, so two decimals; its interval is 5.5 to 6.7 times.
  CHECK(
      text.find("data-value=\"1.7999999999999998\">1.80<span class=\"within\">1.65–2.01</span>") !=
      std::string::npos);
  // 210 of one fleet were refused; nothing began anew on any.
  CHECK(text.find("Requests refused") != std::string::npos);
  CHECK(text.find("Requests begun anew") == std::string::npos);
}

TEST_CASE(
    "a figure that one fleet lacks is a dash; without loads or classes there is no such part") {
  ReportDocument document = invented_replay_document();
  document.replay->load.reset();
  document.replay->occupancy.reset();
  document.replay->attainment.reset();
  document.replay->classes.reset();
  const std::string page = html_report(document);
  const std::string text = page.substr(0, page.find("id=\"report-document\""));
  CHECK(text.find("data-value=\"3.1\">3.10</td><td class=\"number\">–</td>") != std::string::npos);
  for (const char* const id : {"load", "time", "classes"}) {
    CAPTURE(id);
    CHECK(text.find("<section id=\"" + std::string{id} + "\"") == std::string::npos);
  }
}

TEST_CASE("a validation's page tells its figures as tables and lists every row not predicted") {
  const std::string page = html_report(invented_validation_document());
  const std::string text = page.substr(0, page.find("id=\"report-document\""));
  for (const char* const id : {"measured", "errors", "apart", "unpredicted"}) {
    CAPTURE(id);
    CHECK(text.find("<section id=\"" + std::string{id} + "\"") != std::string::npos);
    CHECK(text.find("href=\"#" + std::string{id} + "\"") != std::string::npos);
  }
  CHECK(text.find("invented-x14") != std::string::npos);
  CHECK(text.find("<b>PyTorch") == std::string::npos);
  CHECK(text.find("data-value=\"0.12\">12.0<") != std::string::npos);
  CHECK(text.find("<section id=\"contracts\"") == std::string::npos);
}

TEST_CASE("the script and the style sheet never close the element they stand in") {
  CHECK(page_script().find("</script") == std::string_view::npos);
  CHECK(page_style().find("</style") == std::string_view::npos);
}
