using System.Text.Json;
using MeterFunctions.Entities;
using Metering;

namespace MeterFunctions.Turns;

/// <summary>A command whose caller waits in this instance.</summary>
internal sealed class Waiting(PendingCommand command)
{
    private int? _bytes;

    public PendingCommand Command { get; } = command;

    /// <summary>Done when its caller has been told something, be it <c>busy</c>.</summary>
    public TaskCompletionSource<ApplyResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many bytes it takes in a message to the entity.</summary>
    public int Bytes => _bytes ??= JsonSerializer.SerializeToUtf8Bytes(Command, CounterJson.Default.PendingCommand).Length;

    /// <summary>Gives the answer.</summary>
    public void Complete(ApplyResult result) => Answer.TrySetResult(result);
}
