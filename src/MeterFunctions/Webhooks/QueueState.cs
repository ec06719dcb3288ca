using System.Collections.Immutable;
using MeterFunctions.Storage;
using Metering;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace MeterFunctions.Webhooks;

/// <summary>What waits, and what is on its way.</summary>
/// <param name="Waiting">Deliveries in their order.</param>
/// <param name="Running">The orchestration that sends the one before them; null when there is none.</param>
public sealed record QueueState(ImmutableArray<Delivery> Waiting, string? Running)
{
    /// <summary>Nothing waits.</summary>
    public static readonly QueueState Empty = new([], null);
}
