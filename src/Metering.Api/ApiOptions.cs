using Microsoft.Extensions.Options;

namespace Metering.Api;

/// <summary>The API's limits and names, from the configuration section <see cref="Section"/>.</summary>
public sealed class ApiOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Metering:Api";

    /// <summary>Largest body of a request, in bytes; 1 MiB by default.</summary>
    public int MaxBodyBytes { get; set; } = 1 << 20;

    /// <summary>Largest body of a batch of events, in bytes; 16 MiB by default.</summary>
    public int MaxBatchBytes { get; set; } = 16 << 20;

    /// <summary>
    /// Most bytes of request bodies in memory at once, over all connections; 256 MiB by default. Beyond it a request is answered 503 <c>busy</c>. Bodies of
    /// up to 16 KiB are not counted.
    /// </summary>
    public long MaxBodyMemoryBytes { get; set; } = 256L << 20;

    /// <summary>Most events in one request.</summary>
    public int MaxEvents { get; set; } = 50_000;

    /// <summary>Most license keys whose license is remembered, so that the directory need not be asked.</summary>
    public int KeyCacheSize { get; set; } = 200_000;

    /// <summary>For how many seconds a key's license is remembered: so long may another instance accept a key that was rotated.</summary>
    public int KeyCacheSeconds { get; set; } = 60;

    /// <summary>Most pairs of tenant and metric whose license is remembered.</summary>
    public int TenantCacheSize { get; set; } = 100_000;

    /// <summary>For how many seconds the license of a tenant's metric is remembered.</summary>
    public int TenantCacheSeconds { get; set; } = 60;

    /// <summary>Most plan migrations that run at once; as many finished ones are remembered ten times over.</summary>
    public int MaxMigrations { get; set; } = 10;

    /// <summary>Issuer of lease tokens (<c>iss</c>).</summary>
    public string Issuer { get; set; } = "meterfunctions";
}

/// <summary>Names the option that is wrong, so that a host does not start with it.</summary>
internal sealed class ApiOptionsCheck : IValidateOptions<ApiOptions>
{
    private const int MaxBodyBytes = 256 << 20;
    private const long MaxBodyMemoryBytes = 1L << 40;
    private const int MaxCount = 10_000_000;

    // The largest body that is allowed must find room, once decoded and while its buffer grows.
    private static long LeastBodyMemory(ApiOptions options) => 2L * Math.Max(options.MaxBodyBytes, options.MaxBatchBytes);

    public ValidateOptionsResult Validate(string? name, ApiOptions options)
    {
        List<string> problems = [];
        Between(nameof(options.MaxBodyBytes), options.MaxBodyBytes, 1024, MaxBodyBytes);
        Between(nameof(options.MaxBatchBytes), options.MaxBatchBytes, 1024, MaxBodyBytes);
        Between(nameof(options.MaxBodyMemoryBytes), options.MaxBodyMemoryBytes, LeastBodyMemory(options), MaxBodyMemoryBytes);
        Between(nameof(options.MaxEvents), options.MaxEvents, 1, MaxCount);
        Between(nameof(options.KeyCacheSize), options.KeyCacheSize, 2, MaxCount);
        Between(nameof(options.KeyCacheSeconds), options.KeyCacheSeconds, 1, 86_400);
        Between(nameof(options.TenantCacheSize), options.TenantCacheSize, 2, MaxCount);
        Between(nameof(options.TenantCacheSeconds), options.TenantCacheSeconds, 1, 86_400);
        Between(nameof(options.MaxMigrations), options.MaxMigrations, 1, 1000);
        if (string.IsNullOrWhiteSpace(options.Issuer))
        {
            problems.Add($"{ApiOptions.Section}:{nameof(options.Issuer)} must not be empty.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Between(string option, long value, long least, long most)
        {
            if (value < least || value > most)
            {
                problems.Add($"{ApiOptions.Section}:{option} is {value}, but must be from {least} to {most}.");
            }
        }
    }
}
