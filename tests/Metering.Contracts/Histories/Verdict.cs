using System.Collections.Immutable;

namespace Metering.Contracts.Histories;

/// <summary>Whether a history could have come about one operation after the other.</summary>
/// <param name="IsLinearizable">There is such an order.</param>
/// <param name="IsDecided">Every order was looked at, or one was found; not so when the search was given up.</param>
/// <param name="Why">How far the best order came, and what then did not fit; empty when there is one.</param>
/// <param name="Signals">What the license told in that order; empty when there is none.</param>
public sealed record Verdict(bool IsLinearizable, bool IsDecided, string Why, ImmutableList<Signal> Signals);
