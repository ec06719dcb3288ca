using System.Collections.Immutable;

namespace Metering.Api;

/// <summary>The way of an event to the license that counts it.</summary>
/// <param name="Asked">
/// Licenses that are asked first whether they have counted the event before, and do not count it; nearly always none.
/// </param>
/// <param name="Licenses">
/// The licenses to which it goes, in the order in which they are to be tried; nearly always one. Empty when the tenant has none that has or
/// had the metric.
/// </param>
public readonly record struct EventRoute(ImmutableArray<string> Asked, ImmutableArray<string> Licenses);
