namespace Metering.Cli.Doctor;

/// <summary>How bad something is.</summary>
internal enum FindingStatus
{
    /// <summary>It is as it should be.</summary>
    Ok,

    /// <summary>It works, but somebody should look at it.</summary>
    Warning,

    /// <summary>Something does not work because of it.</summary>
    Wrong,
}
