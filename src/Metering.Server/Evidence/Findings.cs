namespace Metering.Server.Evidence;

/// <summary>What does not agree, told as it is found, a line each. Any thread may tell.</summary>
internal sealed class Findings(TextWriter output)
{
    private readonly Lock _gate = new();
    private long _count;

    /// <summary>How many there were.</summary>
    internal long Count => Interlocked.Read(ref _count);

    /// <summary>In how many licenses.</summary>
    internal long Licenses { get; private set; }

    /// <summary>Tells what is wrong with the store as a whole.</summary>
    internal void Tell(string what)
    {
        lock (_gate)
        {
            _count++;
            output.WriteLine(what);
        }
    }

    /// <summary>Tells what is wrong with a license.</summary>
    internal void Tell(LicenseFindings license)
    {
        if (license.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            _count += license.Count;
            Licenses++;

            // Within the lock, so that the lines of a license stay together.
            foreach (var what in license.Told)
            {
                output.WriteLine($"{license.Name}: {what}");
            }

            if (license.Count > license.Told.Count)
            {
                output.WriteLine($"{license.Name}: … and {license.Count - license.Told.Count} more");
            }
        }
    }
}
