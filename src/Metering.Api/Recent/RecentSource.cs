using System.Text.Json.Serialization;

namespace Metering.Api;

/// <summary>On which way a use or an event came.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<RecentSource>))]
public enum RecentSource
{
    /// <summary><c>POST /license/consume</c>, or Keygen's <c>increment-usage</c>.</summary>
    Consume,

    /// <summary><c>POST /license/report</c>.</summary>
    Report,

    /// <summary>The commit of a reservation.</summary>
    Reservation,

    /// <summary>The sync of a lease, one for each use.</summary>
    Lease,

    /// <summary>Events over HTTP, in any form, or a retry of a dead letter.</summary>
    Events,

    /// <summary>A hub of events, from which the Functions app counts.</summary>
    EventHub,
}
