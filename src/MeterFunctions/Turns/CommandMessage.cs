using System.Collections.Immutable;

namespace MeterFunctions.Turns;

/// <summary>What one message brings to a license's entity.</summary>
/// <param name="LicenseId">The license; the entity's own key is that id as <c>TableKeys.Text</c> has it.</param>
/// <param name="From">The instance that waits for the answers.</param>
/// <param name="Number">Its place among the messages of that instance (<see cref="MessagePlace"/>).</param>
/// <param name="Commands">The commands, in their order.</param>
internal sealed record CommandMessage(string LicenseId, string From, long Number, ImmutableArray<PendingCommand> Commands);
