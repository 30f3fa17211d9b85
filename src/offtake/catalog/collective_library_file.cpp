#include "offtake/catalog/collective_library_file.hpp"

#include <algorithm>

#include "offtake/catalog/sourced_figure.hpp"

namespace offtake::catalog {
namespace {

using hardware::CollectiveLibrary;

CollectiveLibrary::Latency read_latency(const yaml::ObjectReader& file, yaml::Evidence evidence) {
  return {.start = sourced_positive<Seconds>(file.at("/start"), "5 us", evidence),
          .step = sourced_positive<Seconds>(file.at("/step"), "0.8 us", evidence)};
}

CollectiveLibrary::Path read_path(const yaml::ObjectReader& file, yaml::Evidence evidence) {
  CollectiveLibrary::Path path{
      .ranks = file.count("/ranks", 2),
      .bandwidth = sourced_positive<Bandwidth>(file.at("/bandwidth"), "370 GB/s", evidence)};
  if (path.bandwidth.value == Bandwidth{} && file.find("/bandwidth")) {
    file.at("/bandwidth").reject("a bandwidth above zero");
  }
  return path;
}

bool ascend_from_two(const std::vector<CollectiveLibrary::Path>& paths) {
  return !paths.empty() && paths.front().ranks == 2 &&
         std::ranges::adjacent_find(paths, std::ranges::greater_equal{},
                                    &CollectiveLibrary::Path::ranks) == paths.end();
}

}  // namespace

CollectiveLibrary read_collective_library(const yaml::ObjectReader& file, yaml::Evidence evidence) {
  CollectiveLibrary library;
  library.name = file.text("/name");
  library.ranks_max = file.count("/ranks_max", 2);
  library.ring = read_latency(file.object("/ring"), evidence);
  library.exchange = read_latency(file.object("/exchange"), evidence);
  for (const yaml::Value& item : file.list("/paths")) {
    library.paths.push_back(read_path(item.object(), evidence));
  }
  if (!ascend_from_two(library.paths)) file.at("/paths").reject("paths that ascend from 2 ranks");
  if (const auto in_switch = file.find("/in_switch")) {
    library.in_switch = read_path(in_switch->object(), evidence);
  }
  library.own_share = sourced_share(file.at("/own_share"), evidence);
  library.knee = sourced_share(file.at("/knee"), evidence);
  if (library.knee.value == 0.0 && file.find("/knee")) {
    file.at("/knee").reject("a share above 0%");
  }
  library.error = sourced_share(file.at("/error"), evidence);
  return library;
}

}  // namespace offtake::catalog
