#include "offtake/study/buy_decision_calendar.hpp"

#include <algorithm>
#include <cmath>

namespace offtake::study {
namespace {

/// Mean over [month, month + 1] of a ramp from 0 at `start` to 1 at `start + ramp`.
double ramp_mean(double month, double start, double ramp) {
  // The ramp's integral up to `at`.
  const auto area = [&](double at) {
    const double since = std::max(0.0, at - start);
    if (ramp <= 0.0) return since;
    const double rising = std::min(since, ramp);
    return rising * rising / (2.0 * ramp) + (since - rising);
  };
  return area(month + 1.0) - area(month);
}

}  // namespace

PlanCalendar::PlanCalendar(const book::Book& book, int months_first)
    : grid_(book.horizon.start, book.horizon.months(), months_first) {}

int PlanCalendar::first_month(std::size_t period) const {
  return grid_.periods()[period].begin - grid_.start();
}

std::vector<plan::Period> PlanCalendar::plan_periods(double discount_rate) const {
  std::vector<plan::Period> periods;
  for (const demand::Period& period : grid_.periods()) {
    const double middle = (period.begin - grid_.start() + 0.5 * period.months) / 12.0;
    periods.push_back({.label = period.months == 1 ? to_string(period.begin)
                                                   : std::to_string(period.begin.year()) + "-Q" +
                                                         std::to_string(period.begin.quarter()),
                       .year = period.begin.year(),
                       .years = period.months / 12.0,
                       .discount = std::pow(1.0 + discount_rate, -middle)});
  }
  return periods;
}

std::vector<double> PlanCalendar::sums(const std::function<double(int month)>& value) const {
  std::vector<double> sums;
  for (const demand::Period& period : grid_.periods()) {
    double sum = 0.0;
    for (int m = 0; m < period.months; ++m) sum += value(period.begin - grid_.start() + m);
    sums.push_back(sum);
  }
  return sums;
}

std::vector<double> PlanCalendar::means(const std::function<double(int month)>& value) const {
  std::vector<double> means = sums(value);
  for (std::size_t t = 0; t < means.size(); ++t) means[t] /= grid_.periods()[t].months;
  return means;
}

int PlanCalendar::months_to(Month month) const { return std::max(0, month - grid_.start()); }

double delivered_share(double month, double start, double ramp, double term) {
  const double come = ramp_mean(month, start, ramp);
  return term > 0.0 ? come - ramp_mean(month, start + term, ramp) : come;
}

}  // namespace offtake::study
