#include "offtake/perf/goodput.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

#include "offtake/base/random_stream.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {
namespace {

using namespace literals;

/// A job followed second by second of what happens: failures come at any time, a restart that
/// fails begins anew, a checkpoint counts once its write behind has ended.
class SimulatedJob {
 public:
  SimulatedJob(const Interruptions& job, Seconds interval, std::uint64_t seed)
      : job_(job), interval_(interval), random_(seed, "goodput", 0), next_failure_(draw()) {}

  Goodput run(int segments) {
    double kept = 0;      // Segments whose checkpoint is safe.
    double done = 0;      // Segments trained since the start, safe or not.
    double safe_at = -1;  // When the write of `done` ends; negative when nothing is written.
    const double background = job_.checkpoint.background.base_units();
    const auto settle = [&] {
      if (safe_at >= 0 && now_ >= safe_at) {
        kept = done;
        safe_at = -1;
      }
    };
    while (kept < segments) {
      const double segment_end = now_ + (interval_ + job_.checkpoint.stall).base_units();
      const bool writing = safe_at >= 0;
      if (writing && safe_at < std::min(segment_end, next_failure_)) {
        kept = done;
        safe_at = -1;
      }
      if (next_failure_ < segment_end) {
        now_ = next_failure_;
        settle();
        restart();
        done = kept;
        safe_at = -1;
        continue;
      }
      now_ = segment_end;
      settle();
      done += 1;
      safe_at = now_ + background;
      settle();
    }
    const double training = kept * interval_.base_units() / now_;
    const double checkpoint = kept * job_.checkpoint.stall.base_units() / now_;
    const double restart = restarting_ / now_;
    return {.training = training,
            .checkpoint = checkpoint,
            .lost_work = 1.0 - training - checkpoint - restart,
            .restart = restart};
  }
  double failures_per_second() const { return failures_ / now_; }

 private:
  double draw() { return now_ + random_.exponential() / job_.failure_rate.base_units(); }

  void restart() {
    while (true) {
      failures_ += 1;
      next_failure_ = draw();
      const double end = now_ + job_.restart.base_units();
      const double reached = std::min(end, next_failure_);
      restarting_ += reached - now_;
      now_ = reached;
      if (reached == end) return;
    }
  }

  Interruptions job_;
  Seconds interval_;
  RandomStream random_;
  double now_ = 0;
  double next_failure_;
  double restarting_ = 0;
  double failures_ = 0;
};

Interruptions any_job() {
  const double mean_between = *rc::gen::inRange(600, 1'000'000);
  return {.failure_rate = 1.0 / Seconds::in_base_units(mean_between),
          .restart = *rc::gen::inRange(0, 3600) * 1.0_s,
          .checkpoint = {.stall = *rc::gen::inRange(1, 300) * 1.0_s,
                         .background = *rc::gen::inRange(0, 600) * 1.0_s},
          .evaluation = *rc::gen::inRange(0, 20) / 100.0,
          .maintenance = *rc::gen::inRange(0, 20) / 100.0};
}

TEST_CASE("an hour between checkpoints of a minute, a failure a day") {
  // M = 86,400 s, t = 3,600, d = 60, R = 540, no write behind:
  // 3600 / (86400 exp(540/86400) (exp(3660/86400) - 1)) = 3600 / (86400 x 1.0062696 x 0.0432709)
  // = 0.956921. Restart 1 - exp(-0.00625) = 0.0062305; checkpoint 0.956921 / 60 = 0.0159487.
  const Interruptions job{
      .failure_rate = 1.0 / 86400.0_s, .restart = 540.0_s, .checkpoint = {.stall = 60.0_s}};
  const Goodput shares = goodput(job, 3600.0_s);
  CHECK(shares.training == doctest::Approx(0.956921).epsilon(1e-5));
  CHECK(shares.restart == doctest::Approx(0.0062305).epsilon(1e-4));
  CHECK(shares.checkpoint == doctest::Approx(0.0159487).epsilon(1e-5));
  CHECK(shares.lost_work == doctest::Approx(1 - 0.956921 - 0.0062305 - 0.0159487).epsilon(1e-3));
}

TEST_CASE("evaluation is a share of what trains and maintenance of all") {
  const Goodput shares = goodput({.evaluation = 0.1, .maintenance = 0.2}, std::nullopt);
  CHECK(shares.training == doctest::Approx(0.72));  // 0.8 x 0.9.
  CHECK(shares.evaluation == doctest::Approx(0.08));
  CHECK(shares.maintenance == doctest::Approx(0.2));
}

TEST_CASE("the best interval is the published one") {
  // Daly, 2006, figures 3 to 5: R = 10 min and d = 5 min; 117 min of M = 24 h, 57 min of 6 h and
  // 9.1 min of 15 min.
  const auto best = [](Seconds mean_between) {
    return best_checkpoint_interval({.failure_rate = 1.0 / mean_between,
                                     .restart = 600.0_s,
                                     .checkpoint = {.stall = 300.0_s}},
                                    1.0_s)
        ->in(60.0_s);
  };
  CHECK(best(24.0_h) == doctest::Approx(117).epsilon(0.01));
  CHECK(best(6.0_h) == doctest::Approx(57).epsilon(0.01));
  CHECK(best(0.25_h) == doctest::Approx(9.1).epsilon(0.01));
}

TEST_CASE("no other interval is better than the best") {
  CHECK(rc::check([] {
    const Interruptions job = any_job();
    const Seconds best = *best_checkpoint_interval(job, 1.0_s);
    const Seconds other =
        std::max(job.checkpoint.background, 1.0_s) * (1.0 + *rc::gen::inRange(0, 10000) / 10.0);
    RC_ASSERT(goodput(job, other).training <= goodput(job, best).training + 1e-12);
  }));
}

TEST_CASE("the shares sum to one, none is negative, and more failures leave less") {
  CHECK(rc::check([] {
    Interruptions job = any_job();
    const Seconds interval = *rc::gen::inRange(60, 7200) * 1.0_s + job.checkpoint.background;
    const Goodput shares = goodput(job, interval);
    RC_ASSERT(std::abs(shares.total() - 1.0) < 1e-12);
    for (const double share : {shares.training, shares.checkpoint, shares.lost_work, shares.restart,
                               shares.evaluation, shares.maintenance}) {
      RC_ASSERT(share >= 0.0 && share <= 1.0);
    }
    job.failure_rate *= 1.5;
    RC_ASSERT(goodput(job, interval).training < shares.training);
  }));
}

TEST_CASE("rare failures cost what the first-order formula says") {
  CHECK(rc::check([] {
    Interruptions job = any_job();
    job.evaluation = 0.0;
    job.maintenance = 0.0;
    const Seconds interval = *rc::gen::inRange(60, 7200) * 1.0_s + job.checkpoint.background;
    job.checkpoint.stall = interval / 1000.0;
    const Seconds lost = interval / 2.0 + job.restart + job.checkpoint.background;
    job.failure_rate = 0.01 / lost;
    const double first_order =
        1.0 / (1.0 + job.checkpoint.stall / interval + lost * job.failure_rate);
    // Failures cost 1%; second orders are 1% of that.
    RC_ASSERT(std::abs(goodput(job, interval).training - first_order) < 2e-4);
  }));
}

TEST_CASE("a run without failures loses its checkpoints alone") {
  const Interruptions job{.checkpoint = {.stall = 10.0_s}};
  CHECK(goodput(job, 90.0_s).training == doctest::Approx(0.9));
  CHECK(!best_checkpoint_interval(job, 1.0_s).has_value());
  CHECK(goodput(job, std::nullopt).training == 1.0);
}

TEST_CASE("a simulated job spends its time as the formula says") {
  struct Case {
    Interruptions job;
    Seconds interval;
  };
  // From rare failures to one in every quarter of an hour, with failures that hit restarts, and
  // writes behind as long as the interval.
  const Case cases[] = {
      {{.failure_rate = 1.0 / 3.0_h, .restart = 660.0_s, .checkpoint = {.stall = 3.0_s}}, 260.0_s},
      {{.failure_rate = 1.0 / 0.25_h, .restart = 600.0_s, .checkpoint = {.stall = 300.0_s}},
       546.0_s},
      {{.failure_rate = 1.0 / 1.0_h,
        .restart = 600.0_s,
        .checkpoint = {.stall = 5.0_s, .background = 300.0_s}},
       320.0_s},
      {{.failure_rate = 1.0 / 0.5_h,
        .restart = 1200.0_s,
        .checkpoint = {.stall = 30.0_s, .background = 600.0_s}},
       600.0_s}};
  std::uint64_t seed = 1;
  for (const Case& one : cases) {
    CAPTURE(seed);
    SimulatedJob simulated(one.job, one.interval, seed++);
    const Goodput measured = simulated.run(200'000);
    const Goodput expected = goodput(one.job, one.interval);
    // Several 10,000 failures each: a standard error of a share below 0.2 points.
    CHECK(std::abs(measured.training - expected.training) < 0.005);
    CHECK(std::abs(measured.checkpoint - expected.checkpoint) < 0.005);
    CHECK(std::abs(measured.restart - expected.restart) < 0.005);
    CHECK(std::abs(measured.lost_work - expected.lost_work) < 0.005);
    CHECK(simulated.failures_per_second() / one.job.failure_rate.base_units() ==
          doctest::Approx(1.0).epsilon(0.02));
  }
}

}  // namespace
}  // namespace offtake::perf
