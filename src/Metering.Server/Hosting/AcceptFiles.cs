using System.Globalization;
using Metering.Server.Engine;
using Metering.Server.Storage;
using Metering.Server.Webhooks;

namespace Metering.Server.Hosting;

/// <summary>
/// <c>accept-files</c>: makes the files of a directory go on together although they are not of one moment. It is the operator's decision,
/// because something that was acknowledged is lost by it.
/// </summary>
internal static class AcceptFiles
{
    /// <summary>Accepts the files as they are. 0 when they can be used now, and when they could before.</summary>
    internal static int Run(DataDirectory directory, ServerOptions options, TextWriter output)
    {
        using var store = OpenedFiles.OpenStore(directory, options);
        using var webhooks = WebhookFile.Open(directory.WebhooksFile, options.LockWait);
        if (Problem(() => CheckAll(directory, options, store, webhooks)) is not { } problem)
        {
            output.WriteLine("The files agree; nothing was changed.");
            return 0;
        }

        output.WriteLine(problem);
        var lost = ReplaceJournal(directory, options, store);
        using var journal = OpenedFiles.OpenJournal(directory, options);
        FileAgreement.AcceptOutbox(store, webhooks);
        FileAgreement.Bind(store, journal, webhooks);
        output.WriteLine($"Accepted. {lost} Signals may be delivered again. Run verify before you start the server.");
        return 0;
    }

    private static void CheckAll(DataDirectory directory, ServerOptions options, Database store, Database webhooks)
    {
        using var journal = OpenedFiles.OpenJournal(directory, options);
        FileAgreement.Check(store, journal, webhooks);
    }

    // What the journal alone holds was acknowledged: it goes only where it does not belong to the store. Says what became of it.
    private static string ReplaceJournal(DataDirectory directory, ServerOptions options, Database store)
    {
        long row;
        using (var journal = OpenedFiles.OpenJournal(directory, options))
        {
            if (Problem(() => FileAgreement.CheckJournal(store, journal)) is null)
            {
                return "The journal belongs to meter.db and stays: nothing that was counted is lost.";
            }

            // The new journal goes on behind what either file knows, so that no number stands for two rows.
            row = Math.Max(FileAgreement.LastRow(journal), Marks.Read(store, Marks.JournalRow));
        }

        var aside = SetAside(directory.JournalFile);
        using var empty = OpenedFiles.OpenJournal(directory, options);
        foreach (var file in new[] { store, empty })
        {
            file.InTransaction(database =>
            {
                Marks.Write(database, Marks.JournalRow, row);
                return true;
            });
        }

        return $"The journal was set aside as {aside}: what it alone held is not counted.";
    }

    private static string? Problem(Action check)
    {
        try
        {
            check();
            return null;
        }
        catch (DataDirectoryException problem)
        {
            return problem.Message;
        }
    }

    private static string SetAside(string file)
    {
        var aside = file + ".set-aside-" + DateTimeOffset.UtcNow.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        File.Move(file, aside);

        // Its log goes along: it may hold commits that the file does not have yet, and must not lie beside the new one.
        foreach (var end in new[] { "-wal", "-shm" })
        {
            if (File.Exists(file + end))
            {
                File.Move(file + end, aside + end);
            }
        }

        return aside;
    }
}
