using Microsoft.Playwright;

namespace Metering.Dashboard.Tests.Support;

/// <summary>The Chromium of this machine.</summary>
internal static class Chromium
{
    private const string Variable = "METERING_CHROMIUM";
    private const string Advice = $"Install one (apt-get install chromium), or name one in {Variable}.";

    // First the one without windows: it is the same browser, and the tests take half the time.
    private static readonly string[] Names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];

    // Nothing that asks somebody else for anything: the tests have no network to count on.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync",
    ];

    /// <summary>Starts it. Where there is none, Playwright fetches its own.</summary>
    /// <exception cref="InvalidOperationException">There is none, or it does not start; the message says how to get one.</exception>
    public static async Task<IBrowser> StartAsync(IPlaywright playwright)
    {
        var installed = Installed();
        if (installed is null && Microsoft.Playwright.Program.Main(["install", "chromium"]) != 0)
        {
            throw new InvalidOperationException("The tests of the pages need Chromium, and Playwright could not fetch one. " + Advice);
        }

        try
        {
            return await playwright.Chromium.LaunchAsync(new() { ExecutablePath = installed, Args = Arguments });
        }
        catch (PlaywrightException fault)
        {
            throw new InvalidOperationException(
                $"The tests of the pages need Chromium, and {installed ?? "Playwright's own"} does not start. " + Advice, fault);
        }
    }

    private static string? Installed() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? named
        : Names.Select(name => "/usr/bin/" + name).FirstOrDefault(File.Exists);
}
