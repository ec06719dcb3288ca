namespace Metering.Cli.Runs;

/// <summary>What the tool tells scripts when it ends.</summary>
internal static class ExitCode
{
    /// <summary>What was asked for has happened.</summary>
    public const int Done = 0;

    /// <summary>The meter refused it, there is no such thing, or what was compared differs.</summary>
    public const int Refused = 1;

    /// <summary>The command line or a file's content is not right.</summary>
    public const int WrongInput = 2;

    /// <summary>The meter can't be reached, or is busy.</summary>
    public const int Unreachable = 3;

    /// <summary>The token is unknown to the meter, or may not do this.</summary>
    public const int NotAllowed = 4;

    /// <summary>A local file can't be read or written.</summary>
    public const int File = 5;

    /// <summary>Somebody stopped it (Ctrl+C).</summary>
    public const int Stopped = 130;
}
