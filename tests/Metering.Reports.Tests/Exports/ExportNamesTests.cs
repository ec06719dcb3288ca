namespace Metering.Reports.Tests.Exports;

/// <summary>Names of files come from templates, and never lead out of the folder.</summary>
public sealed class ExportNamesTests
{
    [Theory]
    [InlineData(null, "acme", "usage-acme-2026-11-01-20261102T053000Z-exp_1.csv")]
    [InlineData("{tenant}/{date}/{report}", "acme", "acme/2026-11-20/usage.csv")]
    [InlineData("{tenant}/x", "../../etc/passwd", "_._.._etc_passwd/x.csv")]
    [InlineData("{tenant}", "..", "_.csv")]
    [InlineData("{tenant}", null, "all.csv")]
    [InlineData("{tenant}", "/abs", "_abs.csv")]
    [InlineData("a b;c$(d)`e`\\f", "x", "a_b_c__d__e__f.csv")]
    [InlineData("-rf", "x", "_rf.csv")]
    [InlineData("../x", "x", null)]
    [InlineData("a//b", "x", null)]
    [InlineData("a/./b", "x", null)]
    [InlineData("{id}{who}", "x", null)]
    [InlineData("{id", "x", null)]
    [InlineData("id}", "x", null)]
    [InlineData("", "x", null)]
    public void Templates(string? template, string? tenant, string? expected)
    {
        var problem = template is null ? null : ExportNames.WhyNot(template);
        if (expected is null)
        {
            Assert.NotNull(problem);
            return;
        }

        Assert.Null(problem);
        var job = new ExportJob
        {
            Id = "exp_1",
            CreatedAt = DateTimeOffset.Parse("2026-11-20T23:00:00Z"),
            Order = new ExportOrder
            {
                Report = ExportReport.Usage,
                Span = new ExportSpan(DateTimeOffset.Parse("2026-11-01T00:00:00Z"), DateTimeOffset.Parse("2026-11-02T05:30:00Z")),
                TenantId = tenant,
                Name = template,
            },
        };
        Assert.Equal(expected, ExportNames.Of(job, ExportState.Final));
        Assert.EndsWith(".provisional.csv", ExportNames.Of(job, ExportState.Provisional));
    }
}
