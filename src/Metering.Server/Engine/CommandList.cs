using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Metering.Server.Engine;

/// <summary>Commands for one license that came together: sent as one piece, and awaited as one.</summary>
internal sealed class CommandList
{
    private readonly ListedCommand[] _commands;

    // Asynchronously, or the caller's code would run on the thread that answers, which is the journal's.
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;

    internal CommandList(string licenseId, ImmutableArray<RequestedCommand> commands)
    {
        _open = commands.Length;
        _commands = new ListedCommand[commands.Length];
        for (var i = 0; i < _commands.Length; i++)
        {
            _commands[i] = new ListedCommand(licenseId, commands[i], this);
        }
    }

    /// <summary>The commands, in their order.</summary>
    internal ReadOnlySpan<ShardRequest> Commands => _commands;

    /// <summary>Waits until all are answered.</summary>
    /// <param name="cancellationToken">Stops the wait, not the commands.</param>
    internal async ValueTask<ImmutableArray<ApplyResult>> WaitAsync(CancellationToken cancellationToken)
    {
        await _answered.Task.WaitAsync(cancellationToken);
        return ImmutableCollectionsMarshal.AsImmutableArray(Array.ConvertAll(_commands, command => command.Result!));
    }

    /// <summary>One more of its commands has its result. A list that is cut in two by a full batch is answered by two threads.</summary>
    internal void Answered()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _answered.SetResult();
        }
    }
}
