using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Engine;

/// <summary>Takes the turns of a shard's commands, one after the other, and records in the batch what they come to.</summary>
internal sealed class ShardTurns(ShardLicenses licenses, UnwrittenIdentities unwritten, MeterRules rules, EngineParts parts)
{
    // A fault while an outcome is recorded would leave half of it in the batch; so it is the batch's, and not the command's alone.
    private bool _recording;

    /// <summary>Takes a command's turn at the host's time.</summary>
    internal void Take(PendingCommand command, Batch batch, DateTimeOffset now)
    {
        try
        {
            var cell = licenses.Get(command.LicenseId);
            var turn = Turn.Take(cell.Current, command.Submission, new CommandMemory(licenses, cell, command), now, rules);

            // The same object means that nothing has changed, not even the time last seen: there is nothing to record.
            if (turn is Outcome outcome && !ReferenceEquals(outcome.State, cell.Current))
            {
                Record(command, cell, outcome, batch, now);
            }

            command.Result = turn.ToApplyResult();
        }
        catch (SqliteException e) when (!_recording)
        {
            // The store cannot be read: nothing was counted.
            parts.Logger.CommandFailed(e, command.LicenseId, command.Command.GetType().Name);
            command.Result = ApplyResult.Busy;
        }
#pragma warning disable CA1031 // A fault in one command must not stop the shard; its caller gets it.
        catch (Exception e) when (!_recording)
#pragma warning restore CA1031
        {
            parts.Logger.CommandFailed(e, command.LicenseId, command.Command.GetType().Name);
            command.Result = ApplyResult.Failed;
        }
    }

    /// <summary>The batch is given up, and with it what was half recorded.</summary>
    internal void GiveUp() => _recording = false;

    private void Record(PendingCommand command, LicenseCell cell, Outcome outcome, Batch batch, DateTimeOffset now)
    {
        _recording = true;

        // Only now, when the license is opened: asking for one that is not there uses up no key.
        if (cell.Key == 0)
        {
            licenses.Admit(cell);
        }

        var (remembered, checksum) = batch.Applied.Add(command, cell, outcome);

        // A refusal has no evidence, so it is not journaled: a crash may lose what it did to the state.
        if (outcome.Entries.Length > 0)
        {
            // The time that counted for the license (rule 2), so that a replay needs nothing that was not journaled.
            batch.Block!.Add(command, now, outcome.State.LastSeen, outcome.State.Sequence, checksum);
        }

        if (remembered >= 0)
        {
            unwritten.Add(batch.Applied, remembered);
        }

        batch.Set(cell, outcome.State);
        _recording = false;
    }
}
