using System.CommandLine;
using Metering.Cli.Output;
using Metering.Cli.Profiles;
using Metering.Client.Admin;

namespace Metering.Cli.Runs;

/// <summary>One run of one command: what was asked for, where it goes, and the meter that it is about.</summary>
internal sealed class Session : IDisposable
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromMinutes(2);

    private MeteringAdmin? _admin;
    private Login? _login;

    public Session(Surroundings around, ParseResult parsed)
    {
        (Around, Parsed) = (around, parsed);
        Screen = new Screen(around, parsed.GetValue(GlobalOptions.Json), parsed.GetValue(GlobalOptions.NoColor));
        Profiles = new ProfileFile(around);
    }

    public Surroundings Around { get; }

    public ParseResult Parsed { get; }

    public Screen Screen { get; }

    public ProfileFile Profiles { get; }

    /// <summary>Where the meter is, and with which token.</summary>
    /// <exception cref="ToolException">Nobody has logged in, or there is no such profile.</exception>
    public Login Login => _login ??= Profiles.Login(Parsed.GetValue(GlobalOptions.Profile), Parsed.GetValue(GlobalOptions.Url));

    /// <summary>The meter's address where it is known by now; for messages.</summary>
    public string Meter => _login?.Address.ToString() ?? "its address";

    public MeteringAdmin Admin => _admin ??= NewAdmin(maxRetries: 3, AttemptTimeout);

    /// <summary>A client of its own, for who wants to know at once.</summary>
    public MeteringAdmin NewAdmin(int maxRetries, TimeSpan attemptTimeout) => new(new MeteringAdminOptions
    {
        Address = Login.Address,
        Token = Login.Token,
        MaxRetries = maxRetries,
        AttemptTimeout = attemptTimeout,
    });

    /// <summary>The value of an argument that is there, because it must be.</summary>
    public T Value<T>(Argument<T> argument) => Parsed.GetValue(argument)!;

    public T? Value<T>(Option<T> option) => Parsed.GetValue(option);

    /// <summary>Asks before what can't be undone.</summary>
    /// <exception cref="ToolException">The answer was no, or there is nobody to ask.</exception>
    public void Confirm(bool isConfirmed, string question)
    {
        if (isConfirmed)
        {
            return;
        }

        if (!Around.IsInputTerminal)
        {
            throw new ToolException(ExitCode.WrongInput, $"{question} There is no terminal to ask on: add --yes to confirm.");
        }

        Around.Error.Write($"{question} [y/N] ");
        Around.Error.Flush();
        if (ReadLine().Trim() is not ("y" or "Y" or "yes"))
        {
            throw new ToolException(ExitCode.Refused, "Nothing was changed.");
        }
    }

    /// <summary>A line that is typed or piped in; empty at the end.</summary>
    public string ReadLine()
    {
        // Byte by byte, and not by a reader: what follows the line is not ours.
        var line = new List<byte>();
        while (Around.Input.ReadByte() is >= 0 and not '\n' and var next)
        {
            line.Add((byte)next);
        }

        return System.Text.Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
    }

    public void Dispose() => _admin?.Dispose();
}
