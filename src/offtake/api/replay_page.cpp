#include <fmt/format.h>

#include <filesystem>

#include "offtake/api/replayed_fleet.hpp"
#include "offtake/findings/replay_report.hpp"
#include "offtake/findings/system_words.hpp"
#include "offtake/report/html_report.hpp"

namespace offtake::api {
namespace {

/// The maker of the chips of all pools, or nothing where they are mixed.
std::string family_of(const study::ServingFleet& fleet) {
  const std::string first = findings::maker_of(fleet.choices.front().system);
  for (const study::PoolChoice& choice : fleet.choices) {
    if (findings::maker_of(choice.system) != first) return "";
  }
  return first;
}

findings::ReplayedFleet finding_of(const ReplayedFleet& fleet) {
  findings::ReplayedFleet finding{.name = fleet.ready.name,
                                  .words = {},
                                  .family = family_of(fleet.ready),
                                  .pool_chips = {},
                                  .outcome = fleet.outcome};
  for (std::size_t p = 0; p < fleet.ready.choices.size(); ++p) {
    const study::PoolChoice& choice = fleet.ready.choices[p];
    if (p > 0) finding.words += "; ";
    finding.words += study::describe(choice, fleet.ready.fleet.pools[p].replicas) + " on " +
                     choice.system + " with " + choice.stack;
    finding.pool_chips.push_back(choice.layout.chips());
  }
  for (const study::LoadPoint& point : fleet.curve) {
    finding.load.push_back(
        {.rate = point.offered, .goodput = point.goodput, .attainment = point.attainment});
  }
  return finding;
}

}  // namespace

std::string replay_page(const ReplayedTrace& trace, const std::vector<ReplayedFleet>& fleets) {
  const ReplayedFleet& first = fleets.front();
  std::vector<findings::ReplayedFleet> found;
  for (const ReplayedFleet& fleet : fleets) found.push_back(finding_of(fleet));
  const findings::ReplayContext context{
      .trace = std::filesystem::path(trace.request.trace).filename().string(),
      .model = trace.model,
      .requests = first.read.requests,
      .clipped = first.read.requests_clipped,
      .seed = trace.request.seed,
      .classes = first.ready.fleet.classes,
      .facts = {{"Arrivals", trace.heading}},
      .run = {.facts = {{"offtake", OFFTAKE_VERSION},
                        {"Catalog", "hash " + trace.catalog.content_hash()}},
              .commands = {trace.request.command},
              .note = "The same input and build give the same bytes on any number of threads."}};
  return report::html_report(findings::replay_report(context, found));
}

}  // namespace offtake::api
