using System.Globalization;
using System.Text;

namespace Metering.Reports;

/// <summary>Names of exports' files, from templates.</summary>
public static class ExportNames
{
    /// <summary>The template where none is given.</summary>
    public const string DefaultTemplate = "{report}-{tenant}-{from}-{to}-{id}";

    /// <summary>Most characters of a template.</summary>
    public const int MaxTemplate = 200;

    // Below the 255 bytes that file systems take, with what is added to the end.
    private const int MaxPart = 180;

    // What tells the files of a template from each other is usually at its end: its span and its id.
    private const int KeptEnd = 60;

    // A tenant's id may have 255 characters, and must leave room for the rest.
    private const int MaxTenant = 64;
    private const int KeptOfTenant = 40;
    private const int HashDigits = 16;

    private const string ProvisionalMark = ".provisional";
    private static readonly string[] Places = ["report", "tenant", "from", "to", "date", "id"];

    /// <summary>What is wrong with a template; null when nothing is.</summary>
    public static string? WhyNot(string template)
    {
        ArgumentNullException.ThrowIfNull(template);
        var listed = string.Join(", ", Places.Select(place => $"{{{place}}}"));
        if (template.Length is 0 or > MaxTemplate)
        {
            return $"must have 1 to {MaxTemplate} characters";
        }

        for (var at = template.IndexOfAny(['{', '}']); at >= 0; at = template.IndexOfAny(['{', '}'], at + 1))
        {
            var end = template[at] == '{' ? template.IndexOf('}', at) : -1;
            if (end < 0 || !Places.Contains(template[(at + 1)..end]))
            {
                return $"may have {listed} in braces, and no other braces";
            }

            at = end;
        }

        return template.Split('/').Any(part => part.Trim('.', ' ').Length == 0)
            ? "must not have a part that is empty, or nothing but dots"
            : null;
    }

    /// <summary>The name of an export's file.</summary>
    /// <param name="job">The export.</param>
    /// <param name="state">Whether its span can still change: a provisional file has a name of its own.</param>
    public static string Of(ExportJob job, ExportState state)
    {
        ArgumentNullException.ThrowIfNull(job);
        return Base(job, state) + ExportFormats.Ending(job.Order.Format, job.Order.Compress);
    }

    /// <summary>The name of the manifest beside a file.</summary>
    public static string Manifest(string file) => file + ExportManifest.Ending;

    /// <summary>The name of the file with the rest of the adjustments.</summary>
    internal static string Adjustments(ExportJob job, ExportState state) => Base(job, state) + ExportAdjustments.Ending;

    private static string Base(ExportJob job, ExportState state)
    {
        var order = job.Order;
        var name = new StringBuilder(order.Name ?? DefaultTemplate)
            .Replace("{report}", EnumNames.Of(order.Report))
            .Replace("{tenant}", order.TenantId is { } tenant ? Short(tenant) : "all")
            .Replace("{from}", Short(order.Span.From)).Replace("{to}", Short(order.Span.To))
            .Replace("{date}", job.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
            .Replace("{id}", job.Id)
            .ToString();

        // Each part by itself: only a slash of the template makes a folder, never one of a value.
        var parts = name.Split('/').Select(Safe).ToArray();
        parts[^1] += state == ExportState.Provisional ? ProvisionalMark : "";
        return string.Join('/', parts);
    }

    // With a hash, because the ids of two tenants may differ only in what is cut off.
    private static string Short(string tenant) => tenant.Length <= MaxTenant
        ? Safe(tenant)
        : $"{Safe(tenant[..KeptOfTenant])}_{TextHash.Of(tenant)[..HashDigits]}";

    // A midnight as its day, so that the usual names are short.
    private static string Short(DateTimeOffset at) => at.UtcDateTime.ToString(
        at.UtcDateTime.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    // Letters, digits, and what no shell, file system or URL gives a meaning; no dot or hyphen at the beginning, so that no part is hidden,
    // taken for an option, or leads out of the folder.
    private static string Safe(string text)
    {
        var safe = new string([.. text.Select(one => char.IsAsciiLetterOrDigit(one) || one is '.' or '_' or '-' ? one : '_')]);
        safe = (safe.Length <= MaxPart ? safe : safe[..(MaxPart - KeptEnd)] + safe[^KeptEnd..]).TrimEnd('.');
        return safe.Length == 0 ? "_" : safe[0] is '.' or '-' ? "_" + safe[1..] : safe;
    }
}
