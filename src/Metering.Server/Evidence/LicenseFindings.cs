namespace Metering.Server.Evidence;

/// <summary>What does not agree in one license.</summary>
internal sealed class LicenseFindings
{
    /// <summary>Most that are told of one license; a broken one would fill the screen.</summary>
    private const int MaxTold = 20;

    private readonly List<string> _told = [];

    /// <summary>The license's id; before that is known, its key in the store.</summary>
    internal required string Name { get; set; }

    internal long Count { get; private set; }

    internal IReadOnlyList<string> Told => _told;

    internal void Add(string what)
    {
        Count++;
        if (_told.Count < MaxTold)
        {
            _told.Add(what);
        }
    }
}
