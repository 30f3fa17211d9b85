#include "offtake/report/report_json.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "offtake/report/fixture/invented_document.hpp"

using namespace offtake::report;

TEST_CASE("every figure of the document comes back out of its JSON unchanged") {
  const ReportDocument document = invented_document();
  const auto json = nlohmann::json::parse(report_json(document));
  const auto& cash = *document.cash;
  CHECK(json["cash"]["median_usd"].get<std::vector<double>>() == cash.median_usd);
  CHECK(json["cash"]["shortfall_ever"]["band"]["low"].get<double>() ==
        cash.shortfall_ever->band->low);
  CHECK(json["fleet"]["views"][0]["supply"].get<std::vector<std::vector<double>>>() ==
        document.fleet->views[0].supply);
  CHECK(json["answer"][2]["picture"]["ticks"][0]["at_usd"] == 10e9);
  CHECK(json["tornadoes"].size() == document.tornadoes.size());
  CHECK(json["assumptions"]["rows"].size() == document.assumptions->rows.size());
}

TEST_CASE("enumerators are words and what is absent is null") {
  const auto json = nlohmann::json::parse(report_json(invented_document()));
  CHECK(json["contracts"]["rows"][0]["decision"] == "sign");
  CHECK(json["obligations"]["nodes"][1]["column"] == "buyers_and_investors");
  CHECK(json["contracts"]["rows"][6]["saves_usd"].is_null());
  CHECK(json["defaults"]["rows"][0]["with_buyer_alive"].is_null());
  CHECK(nlohmann::json::parse(report_json(invented_short_document()))["cash"].is_null());
}

TEST_CASE("a replay's curves come back out of its JSON unchanged, what was not seen as null") {
  const ReportDocument document = invented_replay_document();
  const auto json = nlohmann::json::parse(report_json(document))["replay"];
  const ReplaySection& replay = *document.replay;
  CHECK(json["fleets"][2]["family"] == "Trainium");
  CHECK(json["ttft"]["views"][1]["at_s"].get<std::vector<std::vector<double>>>() ==
        replay.ttft.views[1].at_s);
  CHECK(json["tpot"]["levels"].get<std::vector<double>>() == replay.tpot.levels);
  CHECK(json["load"]["curves"][1][2]["goodput"] == replay.load->curves[1][2].goodput);
  CHECK(json["load"]["curves"][2].empty());
  CHECK(json["occupancy"]["fleets"][0]["waiting"][7].is_null());
  CHECK(json["occupancy"]["fleets"][0]["waiting"][8] == *replay.occupancy->fleets[0].waiting[8]);
  CHECK(json["attainment"]["attainment"][0][0].is_null());
}

TEST_CASE("a measured point is a short list whose figures are rounded to four digits") {
  ReportDocument document = invented_validation_document();
  document.validation->panels[0].points = {
      {.row = "x-1", .subject = 2, .measured = 12.345678, .predicted = 1e-5 / 3, .apart = true}};
  const auto json = nlohmann::json::parse(report_json(document));
  CHECK(json["validation"]["panels"][0]["points"][0].dump() == R"(["x-1",2,12.35,3.333e-06,true])");
  CHECK(json["validation"]["panels"][0]["band"]["high"] == 1.3);
  CHECK(json["validation"]["pictures"][0]["views"][0]["segments"][1]["errors"]["band_coverage"]
            .is_null());
}
