namespace Metering.Reports;

/// <summary>Why an export fails, as an answer names it.</summary>
public static class ExportFailure
{
    /// <summary>The folder or container is missing, or may not be written.</summary>
    public const string NotWritable = "not_writable";

    /// <summary>There is no room left.</summary>
    public const string DiskFull = "disk_full";

    /// <summary>Another file has the name.</summary>
    public const string FileExists = "file_exists";

    /// <summary>A part of the span's evidence was removed, because its retention is over.</summary>
    public const string EvidenceRemoved = "evidence_removed";

    /// <summary>The storage of the evidence, or of the files, could not be reached.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>The provisional file of the same span is not as it was written, so what changed since can't be worked out.</summary>
    public const string ProvisionalChanged = "provisional_changed";

    /// <summary>Something else; it was logged.</summary>
    public const string Fault = "fault";
}
