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
        var row = 0L;
        using (var journal = OpenedFiles.OpenJournal(directory, options))
        {
            try
            {
                FileAgreement.Check(store, journal, webhooks);
                output.WriteLine("The files agree; nothing was changed.");
                return 0;
            }
            catch (DataDirectoryException problem)
            {
                output.WriteLine(problem.Message);

                // The new journal goes on behind what either file knows, so that no number stands for two rows.
                row = Math.Max(FileAgreement.LastRow(journal), Marks.Read(store, Marks.JournalRow));
            }
        }

        var aside = SetAside(directory.JournalFile);
        using var empty = OpenedFiles.OpenJournal(directory, options);
        store.InTransaction(database =>
        {
            Marks.Write(database, Marks.JournalRow, row);
            return true;
        });
        empty.InTransaction(database =>
        {
            Marks.Write(database, Marks.JournalRow, row);
            return true;
        });
        FileAgreement.AcceptOutbox(store, webhooks);
        FileAgreement.Bind(store, empty, webhooks);
        output.WriteLine(
            $"Accepted. The journal was set aside as {aside}: what it alone held is not counted. Signals may be delivered again. "
            + "Run verify before you start the server.");
        return 0;
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
