using System.Text.Json;
using Metering.Cli.Output;
using Metering.Cli.Runs;

namespace Metering.Cli.Profiles;

/// <summary>The file of logins. It holds secrets, so only its owner may read it.</summary>
internal sealed class ProfileFile(Surroundings around)
{
    public const string Usual = "default";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Path { get; } = System.IO.Path.Combine(around.SettingsFolder, "profiles.json");

    /// <exception cref="ToolException">The file can't be read as what it should be.</exception>
    public ProfileSet Read()
    {
        if (!File.Exists(Path))
        {
            return new ProfileSet(null, new SortedDictionary<string, Profile>(StringComparer.Ordinal));
        }

        try
        {
            return JsonSerializer.Deserialize<ProfileSet>(File.ReadAllBytes(Path), ToolJson.Indented) is { Profiles: not null } read
                ? read
                : throw new JsonException("It has no profiles.");
        }
        catch (JsonException broken)
        {
            throw new ToolException(
                ExitCode.File, $"{Path} is not a valid file of logins ({broken.Message}) Remove it, and log in again: meter login.");
        }
    }

    /// <summary>Writes all of it beside the old one and puts it in its place, so that a crash leaves one of them whole.</summary>
    public void Write(ProfileSet profiles)
    {
        Directory.CreateDirectory(around.SettingsFolder);
        var made = $"{Path}.{Environment.ProcessId}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // From the beginning: a mode that is set later leaves a moment in which others can open it.
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new FileStream(made, options))
        {
            JsonSerializer.Serialize(file, profiles, ToolJson.Indented);
            file.Flush(flushToDisk: true);
        }

        File.Move(made, Path, overwrite: true);
    }

    /// <summary>Whether others can read the secrets in it.</summary>
    public bool IsOpenToOthers => !OperatingSystem.IsWindows() && File.Exists(Path) && (File.GetUnixFileMode(Path) & ~OwnerOnly) != 0;

    /// <summary>The meter to use: what the command line says, then the environment, then the profile.</summary>
    /// <exception cref="ToolException">There is none.</exception>
    public Login Login(string? name, string? url)
    {
        var named = name ?? Set("METERING_PROFILE");
        var address = url ?? (name is null ? Set(GlobalOptions.UrlVariable) : null);
        var token = name is null ? Set(GlobalOptions.TokenVariable) : null;
        if (address is not null && token is not null)
        {
            return new Login(Address(address), token, url is null ? "the environment" : "--url and the environment");
        }

        var profiles = Read();
        named ??= profiles.Current;
        if (named is null || !profiles.Profiles.TryGetValue(named, out var profile))
        {
            throw new ToolException(ExitCode.WrongInput, named is null
                ? $"You are not logged in. Run meter login URL, or set {GlobalOptions.UrlVariable} and {GlobalOptions.TokenVariable}."
                : $"There is no profile '{named}'. {Known(profiles)}");
        }

        var known = Address(profile.Url);
        var asked = address is null ? known : Address(address);
        // A token is a secret between its meter and this user; who types another address gets it from nowhere else.
        return asked == known || token is not null
            ? new Login(asked, token ?? profile.Token, $"the profile {named}")
            : throw new ToolException(
                ExitCode.WrongInput,
                $"The token of the profile {named} is for {known}, and is not sent to {asked}. Set {GlobalOptions.TokenVariable}, or log in there: "
                + $"meter login {asked}.");
    }

    /// <exception cref="ToolException">It is no address of a web server.</exception>
    public static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0
            ? address
            : throw new ToolException(ExitCode.WrongInput, $"'{text}' is not an address such as https://meter.example.com.");

    private static string Known(ProfileSet profiles) => profiles.Profiles.Count == 0
        ? "You are not logged in. Run meter login URL."
        : $"There are: {string.Join(", ", profiles.Profiles.Keys)}.";

    private string? Set(string variable) => around.Variable(variable) is { Length: > 0 } value ? value : null;
}
