using System.Diagnostics;
using MeterFunctions.Hosting;

namespace MeterFunctions.Tests.Hosting;

/// <summary>The app as the Functions host starts it.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task A_broken_file_of_settings_stops_the_start_with_code_2_and_one_sentence()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var file = Path.Combine(folder.FullName, "appsettings.json");
            await File.WriteAllTextAsync(file, "{\n\"Metering\": secret}");
            var start = new ProcessStartInfo("dotnet", [typeof(FunctionsOptions).Assembly.Location])
            {
                WorkingDirectory = folder.FullName,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));

            var told = await process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);

            Assert.Equal(2, process.ExitCode);
            Assert.Equal($"Failed to load configuration from file '{file}': it is not valid JSON; look at line 2.", told.Trim());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
