namespace Metering;

/// <summary>
/// A stored state has a form that this version does not read. Nothing was changed; only another version can use the data.
/// </summary>
public sealed class UnknownFormatException : Exception
{
    /// <summary>For a state in a form.</summary>
    /// <param name="format">The form; 0 when the state does not say.</param>
    public UnknownFormatException(int format)
        : base(Describe(format)) => Format = format;

    /// <summary>The form of the state.</summary>
    public int Format { get; }

    private static string Describe(int format)
    {
        var what = $"The license's state is stored in form {format}, and this version reads form {LicenseState.CurrentFormat} only.";
        return format > LicenseState.CurrentFormat
            ? what + " A newer version wrote it: start that version."
            : what + " An earlier version wrote it, and there is no way to carry it over: start with empty storage.";
    }
}
