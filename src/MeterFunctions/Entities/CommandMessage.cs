using System.Collections.Immutable;

namespace MeterFunctions.Entities;

/// <summary>What one message brings to a license's entity.</summary>
/// <param name="Commands">The commands, in their order.</param>
internal sealed record CommandMessage(ImmutableArray<PendingCommand> Commands);
