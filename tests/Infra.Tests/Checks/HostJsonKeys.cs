namespace Infra.Tests.Checks;

/// <summary>The keys that <c>host.json</c> may have.</summary>
public sealed record HostJsonKeys(IReadOnlySet<string> Names)
{
    public bool Contains(string key)
    {
        // A key with a star covers the names below it: the log categories, which have dots of their own.
        return Names.Contains(key)
            || Names.Any(name => name.EndsWith(".*", StringComparison.Ordinal) && key.StartsWith(name[..^1], StringComparison.Ordinal));
    }
}
