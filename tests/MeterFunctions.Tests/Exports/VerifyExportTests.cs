using MeterFunctions.Exports;
using MeterFunctions.Hosting;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering.Reports;

namespace MeterFunctions.Tests.Exports;

/// <summary>The command proves a file, in the container or on the disk, against the tables.</summary>
[Collection(StorageCollection.Name)]
public sealed class VerifyExportTests(Azurite azurite) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    [Fact]
    public async Task A_file_is_found_by_its_name_address_or_path_and_agrees_until_it_or_the_ledger_is_changed()
    {
        await using var app = await ExportedApp.UsedAsync(azurite);
        await app.Get<TableExports>().AddAsync(ExportedApp.Job("exp_1", name: "2026/{report} of {id}"), default);
        await ExportedApp.RoundAsync(app);
        var name = (await app.Get<TableExports>().FindAsync("exp_1", default))!.File!.Name;
        var sink = app.Get<IExportSink>();
        var path = Path.Combine(_folder.FullName, "copy.jsonl");
        foreach (var end in new[] { "", ExportManifest.Ending })
        {
            await using var from = await sink.OpenAsync(name + end, default);
            await using var to = File.Create(path + end);
            await from!.CopyToAsync(to);
        }

        foreach (var file in new[] { name, sink.LocationOf(name), path })
        {
            Assert.Equal((0, "All agrees: 4 rows.\n"), await VerifyAsync(app, file));
        }

        var text = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path, text.Replace("\"amount\":5", "\"amount\":6", StringComparison.Ordinal));
        var (changed, told) = await VerifyAsync(app, path);
        Assert.Equal(1, changed);
        Assert.Contains("amount is 6 in the file and 5 in the ledger", told, StringComparison.Ordinal);

        // A whole row of evidence is gone.
        await app.Tables.DeleteAsync(TableKeys.Meters, "lic_1", TableKeys.Entry(2), default);
        var (lost, lostTold) = await VerifyAsync(app, name);
        Assert.Equal(1, lost);
        Assert.Contains("it is in the file, but not in the ledger", lostTold, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_or_no_manifest_is_not_called_a_difference()
    {
        await using var app = await ExportedApp.UsedAsync(azurite);
        var path = Path.Combine(_folder.FullName, "file.csv");
        Assert.Equal(2, (await VerifyAsync(app, "none.csv")).Code);
        await File.WriteAllTextAsync(path, "license_id");
        var (code, told) = await VerifyAsync(app, path);
        Assert.Equal((2, true), (code, told.Contains("Each export writes it beside its file", StringComparison.Ordinal)));
        await File.WriteAllTextAsync(path + ExportManifest.Ending, "{");
        Assert.Equal(2, (await VerifyAsync(app, path)).Code);
        Assert.Equal(2, await new CommandLine(TextWriter.Null, TextWriter.Null, _ => { }).RunAsync(["verify-exports", path]));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<(int Code, string Told)> VerifyAsync(App app, string file)
    {
        var settings = Path.Combine(_folder.FullName, "settings.json");
        await File.WriteAllTextAsync(settings, $$$"""
            {"IsEncrypted": false, "Values": {
              "MeteringStorage": "{{{azurite.ConnectionString}}}", "Metering__TablePrefix": "{{{app.Prefix}}}",
              "Metering__TestClock": "true", "Metering__ExportContainer": "{{{ExportedApp.ContainerOf(app)}}}"}}
            """);
        var (output, progress) = (new StringWriter(), new StringWriter());
        var code = await new CommandLine(output, progress, _ => { }).RunAsync(["verify-export", file, "--settings", settings]);
        return (code, code == CommandLine.NotDone ? progress.ToString() : output.ToString());
    }
}
