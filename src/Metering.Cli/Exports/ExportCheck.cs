using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client;
using Metering.Client.Admin;

namespace Metering.Cli.Exports;

/// <summary>Compares a file with its manifest, and its rows with what the meter has. Memory: the rollups of one license.</summary>
internal sealed class ExportCheck(MeteringAdmin admin, ExportManifest manifest)
{
    public const string ManifestEnding = ".manifest.json";
    private const int MostDifferences = 20;
    private const string Ledger = "ledger";
    private const string Usage = "usage";
    private const string Parquet = "parquet";

    private readonly List<string> _differences = [];
    private bool _isDamaged;
    private string? _license;
    private IAsyncEnumerator<LedgerEntry>? _entries;
    private Dictionary<(string Day, string Feature), Rollup> _days = [];
    private long _rows;

    /// <summary>Whether rows are compared with the meter, or only the file with its manifest.</summary>
    public bool ComparesRows => manifest is { Format: not Parquet, Report: Ledger or Usage };

    /// <exception cref="ToolException">There is no manifest, or it is none.</exception>
    public static ExportManifest Manifest(string file)
    {
        var path = file + ManifestEnding;
        if (!File.Exists(path))
        {
            throw new ToolException(ExitCode.WrongInput, $"There is no {path}: the manifest must be next to the file.");
        }

        try
        {
            var read = JsonSerializer.Deserialize<ExportManifest>(File.ReadAllBytes(path), ToolJson.Lines);
            return read is { File: not null, Report: not null } ? read : throw new JsonException("It names no file.");
        }
        catch (JsonException broken)
        {
            throw new ToolException(ExitCode.WrongInput, $"{path} is not a manifest: {broken.Message}");
        }
    }

    /// <summary>Whether the file itself is not the one that was exported, which nothing that came late explains.</summary>
    public bool IsDamaged => _isDamaged;

    /// <returns>How many rows were read, and what differs.</returns>
    public async Task<(long Rows, IReadOnlyList<string> Differences)> RunAsync(string path, CancellationToken stop)
    {
        var file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
        {
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop).ConfigureAwait(false));
            if (file.Length != manifest.File.Bytes || hash != manifest.File.Sha256)
            {
                // Nothing that its rows say would mean anything.
                _isDamaged = true;
                Differs($"the file has {Cells.Number(file.Length)} bytes and the SHA-256 {hash}, and the manifest says "
                    + $"{Cells.Number(manifest.File.Bytes)} and {manifest.File.Sha256}");
                return (0, _differences);
            }

            if (manifest.Format == Parquet)
            {
                return (manifest.Rows, _differences);
            }

            file.Position = 0;
            await foreach (var row in ExportedRows.ReadAsync(file, manifest.Format, manifest.Compress == "gzip", stop).ConfigureAwait(false))
            {
                _rows++;
                if (ComparesRows)
                {
                    await CompareAsync(row, stop).ConfigureAwait(false);
                }
            }
        }

        await EndLicenseAsync().ConfigureAwait(false);
        if (_rows != manifest.Rows)
        {
            _isDamaged = true;
            Differs($"the file has {Cells.Number(_rows)} rows, and the manifest says {Cells.Number(manifest.Rows)}");
        }

        return (_rows, _differences);
    }

    private async Task CompareAsync(IReadOnlyDictionary<string, string> row, CancellationToken stop)
    {
        var license = row.GetValueOrDefault("license_id") ?? "";
        if (license != _license)
        {
            await EndLicenseAsync().ConfigureAwait(false);
            await BeginLicenseAsync(license, stop).ConfigureAwait(false);
        }

        if (manifest.Report == Ledger)
        {
            await EntryAsync(row).ConfigureAwait(false);
        }
        else
        {
            Day(row);
        }
    }

    private async Task BeginLicenseAsync(string license, CancellationToken stop)
    {
        _license = license;
        if (manifest.Report == Ledger)
        {
            _entries = admin.Ledger.ListAsync(license, new LedgerFilter(manifest.From, manifest.To), stop).GetAsyncEnumerator(stop);
            return;
        }

        _days = [];
        var (from, to) = (DateOnly.FromDateTime(manifest.From.UtcDateTime), DateOnly.FromDateTime(manifest.To.UtcDateTime.AddTicks(-1)));
        await foreach (var day in admin.Ledger.ListRollupsAsync(license, from, to, cancellationToken: stop).ConfigureAwait(false))
        {
            _days.Add((day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), day.FeatureCode), day);
        }
    }

    // What the meter has of the license and the file has not.
    private async Task EndLicenseAsync()
    {
        foreach (var (day, feature) in _days.Keys)
        {
            Differs($"{_license}: {feature} of {day} is not in the file");
        }

        _days.Clear();
        if (_entries is not null && await _entries.MoveNextAsync().ConfigureAwait(false))
        {
            Differs($"{_license}: entry {_entries.Current.Sequence} is not in the file");
        }

        if (_entries is not null)
        {
            await _entries.DisposeAsync().ConfigureAwait(false);
        }

        _entries = null;
    }

    private async Task EntryAsync(IReadOnlyDictionary<string, string> row)
    {
        var sequence = row.GetValueOrDefault("sequence");
        if (!await _entries!.MoveNextAsync().ConfigureAwait(false))
        {
            Differs($"{_license}: entry {sequence} is not in the meter's ledger");
            return;
        }

        var entry = _entries.Current;
        var what = $"{_license} entry {sequence}";
        Same(what, "number", sequence, entry.Sequence.ToString(CultureInfo.InvariantCulture));
        Same(what, "kind", row.GetValueOrDefault("kind"), entry.Kind);
        Same(what, "feature", row.GetValueOrDefault("feature_code"), entry.FeatureCode);
        Same(what, "amount", row, entry.Amount);
        Same(what, "before", row, entry.Before);
        Same(what, "after", row, entry.After);
        Same(what, "cost", row, entry.Cost);
        Same(what, "overage", row, entry.Overage);
    }

    private void Day(IReadOnlyDictionary<string, string> row)
    {
        var (day, feature) = (row.GetValueOrDefault("day") ?? "", row.GetValueOrDefault("feature_code") ?? "");
        var what = $"{_license} {feature} of {day}";
        if (!_days.Remove((day, feature), out var known))
        {
            Differs($"{what} is in the file, and the meter has nothing on that day");
            return;
        }

        Same(what, "count", row, known.Count);
        Same(what, "sum", row, known.Sum);
        Same(what, "overage", row, known.Overage);
        Same(what, "cost", row, known.Cost);
        Same(what, "refused", row, known.Refused);
    }

    private void Same(string what, string column, IReadOnlyDictionary<string, string> row, decimal known)
    {
        var text = row.GetValueOrDefault(column);
        if (!decimal.TryParse(text ?? "0", NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || value != known)
        {
            Differs($"{what}: the file has {column} {text ?? "none"}, and the meter {Cells.Number(known)}");
        }
    }

    private void Same(string what, string column, string? value, string? known)
    {
        if (value != known)
        {
            Differs($"{what}: the file has {column} {value ?? "none"}, and the meter {known ?? "none"}");
        }
    }

    private void Differs(string what)
    {
        if (_differences.Count < MostDifferences)
        {
            _differences.Add(what);
        }
    }
}
