#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "offtake/serve/fleet.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::fleet {

/// How one replica is cut over chips and what it stores; absent figures are searched for.
struct LayoutTerms {
  std::optional<int> tensor;
  std::optional<int> pipeline;
  std::optional<int> expert;
  std::optional<int> attention_data;
  std::optional<std::string> weights;   ///< A numeric format.
  std::optional<std::string> kv_cache;  ///< A numeric format.
};

/// How a replica batches; absent figures are the stack's, or those of the model that fit.
struct BatchTerms {
  serve::Batching batching = serve::Batching::kChunked;
  std::optional<int> sequences_max;       ///< Most requests in work at a time.
  std::optional<std::int64_t> chunk;      ///< Tokens of a step, decodes counted.
  std::optional<double> output_reserved;  ///< See serve::ReplicaSettings.
  std::optional<double> watermark;        ///< See serve::ReplicaSettings.
  std::optional<std::int64_t> kv_blocks;  ///< Of the cache of a replica.
  std::optional<int> block_tokens;        ///< Of a block of the cache.
  bool prefix_cache = true;               ///< Where requests say which prefixes they share.
  serve::Preemption preemption = serve::Preemption::kRecompute;
  std::optional<Bandwidth> host_bandwidth;  ///< Of a chip, to swap caches out and in.
  std::optional<int> draft_tokens;          ///< Speculation; none is none.
  std::optional<double> acceptance;         ///< Of a draft.
};

/// Replicas that are alike.
struct PoolTerms {
  std::string name;
  std::string system;  ///< A system's id.
  serve::Role role = serve::Role::kBoth;
  int replicas = 1;
  std::optional<int> chips;  ///< Instead of replicas: as many as these hold, at least one.
  LayoutTerms layout;
  BatchTerms batch;
  std::optional<ChipPrice> price;  ///< Instead of the catalog's.
  std::optional<serve::Autoscaling> scaling;
  serve::Outages outages;
};

/// A fleet as its user writes it.
struct FleetFile {
  std::string name;
  std::string model;  ///< A model's id; empty where the command names it.
  std::vector<PoolTerms> pools;
  serve::Routing routing = serve::Routing::kLeastLoaded;
  serve::Admission admission;
  std::vector<serve::ServiceClass> classes = {serve::ServiceClass{.name = "all", .objective = {}}};
  std::optional<Bandwidth> link;  ///< Of all transfers of caches together; none: what the narrower
                                  ///< pool can send or receive.
};

}  // namespace offtake::fleet
