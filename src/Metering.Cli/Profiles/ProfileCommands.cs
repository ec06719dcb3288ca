using System.CommandLine;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client;
using Metering.Client.Admin;

namespace Metering.Cli.Profiles;

/// <summary>Logging in and out.</summary>
internal static class ProfileCommands
{
    private static readonly Argument<string> Address = new("address")
    {
        Description = "Where the meter is, such as https://meter.example.com.",
    };

    private static readonly Argument<string?> Name = new("profile")
    {
        Description = "Which login to forget (default: the one in use).", Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string> As = new("--as")
    {
        Description = "The profile's name.", DefaultValueFactory = _ => ProfileFile.Usual, HelpName = "name",
    };

    public static Command Login() => new Command(
        "login", "Stores a meter's address and a token in a file that only you can read. Asks for the token, or reads it from standard input.")
        .With(Address, As)
        .Does(LoginAsync);

    public static Command Logout() => new Command("logout", "Forgets a login. The token stays valid: revoke it with 'meter token revoke'.")
        .With(Name)
        .Does((session, _) => LogoutAsync(session));

    public static Command List() => new Command("profiles", "Lists the logins; the one in use has a star.").Does((session, _) => ListAsync(session));

    private static async Task LoginAsync(Session session, CancellationToken stop)
    {
        var (address, name) = (ProfileFile.Address(session.Value(Address)), session.Value(As)!);
        if (session.Around.IsInputTerminal)
        {
            session.Around.Error.Write($"Token for {address}: ");
            session.Around.Error.Flush();
        }

        var token = (session.Around.IsInputTerminal ? session.Around.ReadHidden() : session.ReadLine()).Trim();
        if (session.Around.IsInputTerminal)
        {
            session.Around.Error.WriteLine();
        }

        if (token.Length == 0)
        {
            throw new ToolException(ExitCode.WrongInput, "There is no token. Pipe it in, or type it when asked.");
        }

        await CheckAsync(address, token, stop).ConfigureAwait(false);
        var known = session.Profiles.Read();
        known.Profiles[name] = new Profile(address.ToString(), token);
        session.Profiles.Write(known with { Current = name });
        session.Screen.Answer(
            new { profile = name, url = address.ToString() },
            _ => session.Screen.Say($"Logged in to {address} as the profile {name}. Stored in {session.Profiles.Path}."));
    }

    // A token that is mistyped is found now, and not by the next command. One that may not read is a producer's, and is kept.
    private static async Task CheckAsync(Uri address, string token, CancellationToken stop)
    {
        using var admin = new MeteringAdmin(new MeteringAdminOptions { Address = address, Token = token, MaxRetries = 0 });
        try
        {
            await admin.Licenses.ListAsync("nobody", stop).GetAsyncEnumerator(stop).MoveNextAsync().ConfigureAwait(false);
        }
        catch (MeteringProblemException problem) when (problem is { Status: 403, Code: "forbidden" })
        {
        }
        catch (MeteringProblemException problem) when (problem.Status == 401)
        {
            throw new ToolException(ExitCode.NotAllowed, $"The meter at {address} does not know that token. Nothing was stored.");
        }
    }

    private static Task LogoutAsync(Session session)
    {
        var known = session.Profiles.Read();
        var name = session.Value(Name) ?? session.Value(GlobalOptions.Profile) ?? known.Current;
        if (name is null || !known.Profiles.Remove(name))
        {
            throw new ToolException(ExitCode.Refused, name is null ? "You are not logged in." : $"There is no profile '{name}'.");
        }

        var current = known.Current == name ? known.Profiles.Keys.FirstOrDefault() : known.Current;
        session.Profiles.Write(known with { Current = current });
        session.Screen.Answer(
            new { profile = name, current },
            _ => session.Screen.Say($"Forgot {name}." + (current is null ? "" : $" In use now: {current}.")));
        return Task.CompletedTask;
    }

    private static Task ListAsync(Session session)
    {
        var known = session.Profiles.Read();
        var current = session.Value(GlobalOptions.Profile) ?? known.Current;
        if (session.Profiles.IsOpenToOthers)
        {
            session.Screen.Note($"Others can read the tokens in {session.Profiles.Path}: chmod 600 {session.Profiles.Path}");
        }

        if (session.Screen.IsJson)
        {
            session.Screen.Document(
                known.Profiles.Select(one => new { name = one.Key, url = one.Value.Url, current = one.Key == current }));
            return Task.CompletedTask;
        }

        var table = new Listing("", "PROFILE", "ADDRESS");
        foreach (var (name, profile) in known.Profiles)
        {
            table.Row(name == current ? "*" : " ", name, profile.Url);
        }

        if (known.Profiles.Count == 0)
        {
            session.Screen.Say("You are not logged in. Run meter login URL.");
        }
        else
        {
            session.Screen.Show(table);
        }

        return Task.CompletedTask;
    }
}
