using System.Security.Cryptography;
using Azure.Data.Tables;
using MeterFunctions.Hosting;
using Metering;
using Microsoft.Extensions.Options;

namespace MeterFunctions.Storage;

/// <summary>
/// The lease key that is configured, or else one that is made once and kept in the settings table. Older ones stay valid beside it: the
/// one that is configured as the previous one, and the kept one of the time when none was configured.
/// </summary>
internal sealed class TableLeaseKeys(MeterTables tables, TimeProvider time, IOptions<FunctionsOptions> options) : ILeaseKeys
{
    private const string Pkcs8 = "Pkcs8";

    private readonly LeaseKey? _configured = Parse(options.Value.LeaseSigningKey);
    private readonly LeaseKey? _previous = Parse(options.Value.PreviousLeaseSigningKey);
    private readonly TimeSpan _age = TimeSpan.FromSeconds(options.Value.LeaseKeyCacheSeconds);
    private volatile Known? _known;

    /// <summary>
    /// Reads a key as the configuration has it; null when there is none, or only a reference that was not resolved.
    /// </summary>
    /// <exception cref="CryptographicException">The text is no P-256 private key.</exception>
    public static LeaseKey? Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text) || SettingFaults.IsUnresolved(text))
        {
            return null;
        }

        if (PemEncoding.TryFind(text, out var pem))
        {
            return LeaseKey.FromPkcs8(Convert.FromBase64String(text[pem.Base64Data]));
        }

        try
        {
            return LeaseKey.FromPkcs8(Convert.FromBase64String(text.Trim()));
        }
        catch (FormatException malformed)
        {
            throw new CryptographicException("A lease key must be PKCS#8 in base64, or PEM.", malformed);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LeaseKey>> ReadAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known && time.GetElapsedTime(known.Read) < _age)
        {
            return known.Keys;
        }

        // One of our own must not sign in its place: clients that trust the configured key would refuse what it signs.
        if (SettingFaults.IsUnresolved(options.Value.LeaseSigningKey))
        {
            throw new StoreUnavailableException("The key that signs leases could not be read from the key vault.");
        }

        // Not for good: an operator who takes the kept key's row away, because the key got out, has it gone everywhere after that time.
        var read = time.GetTimestamp();
        var keys = await AllAsync(cancellationToken).ConfigureAwait(false);
        _known = new Known(keys, read);
        return keys;
    }

    private async ValueTask<IReadOnlyList<LeaseKey>> AllAsync(CancellationToken cancellationToken)
    {
        var kept = _configured is null
            ? await KeptAsync(cancellationToken).ConfigureAwait(false)
            : await FindAsync(cancellationToken).ConfigureAwait(false);

        // The one that signs comes first; the others only verify.
        return [.. new[] { _configured, _previous, kept }.OfType<LeaseKey>().DistinctBy(key => key.Id)
            .OrderBy(key => key.Id != (_configured ?? kept)!.Id)];
    }

    private async ValueTask<LeaseKey> KeptAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken).ConfigureAwait(false) is { } kept)
        {
            return kept;
        }

        var key = LeaseKey.Generate();
        var row = new TableEntity(TableKeys.SettingPartition, TableKeys.LeaseKeyRow) { [Pkcs8] = key.ToPkcs8() };

        // Of two instances that make one, the first one's is kept.
        return await tables.TryAddAsync(TableKeys.Settings, row, cancellationToken).ConfigureAwait(false)
            ? key
            : await FindAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new StoreUnavailableException("The lease key cannot be read.");
    }

    private async ValueTask<LeaseKey?> FindAsync(CancellationToken cancellationToken) =>
        await tables.FindAsync(TableKeys.Settings, TableKeys.SettingPartition, TableKeys.LeaseKeyRow, cancellationToken)
            .ConfigureAwait(false) is { } row
            ? LeaseKey.FromPkcs8(row.GetBinary(Pkcs8))
            : null;

    private sealed record Known(IReadOnlyList<LeaseKey> Keys, long Read);
}
