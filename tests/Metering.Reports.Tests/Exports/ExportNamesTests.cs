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
        var job = Job("exp_1", tenant, template);
        Assert.Equal(expected, ExportNames.Of(job, ExportState.Final));
        Assert.EndsWith(".provisional.csv", ExportNames.Of(job, ExportState.Provisional));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{tenant}-{tenant}-{tenant}-a-name-that-is-long-itself-a-name-that-is-long-itself-{from}-{to}-{id}")]
    public void Exports_of_a_tenant_with_a_long_id_have_names_of_their_own(string? template)
    {
        var tenant = new string('t', 255);
        string[] names =
        [
            Name(Job(Id('1'), tenant, template)),
            Name(Job(Id('2'), tenant, template)),
            Name(Job(Id('1'), tenant, template, from: "2026-10-01T00:00:00Z")),
            Name(Job(Id('1'), new string('t', 200) + new string('u', 55), template)),
        ];

        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("-exp_0+[12]\\.provisional\\.parquet$", name));
        Assert.All(names, name => Assert.InRange(ExportNames.Manifest(name).Length, 1, 255));

        static string Id(char last) => "exp_" + new string('0', 31) + last;
        static string Name(ExportJob job) =>
            ExportNames.Of(job with { Order = job.Order with { Format = ExportFormat.Parquet } }, ExportState.Provisional);
    }

    [Fact]
    public void A_tenant_id_of_usual_length_is_in_the_name_as_it_is()
    {
        var tenant = new string('t', 64);

        Assert.Contains(tenant, ExportNames.Of(Job("exp_1", tenant, null), ExportState.Final), StringComparison.Ordinal);
    }

    private static ExportJob Job(string id, string? tenant, string? template, string from = "2026-11-01T00:00:00Z") => new()
    {
        Id = id,
        CreatedAt = DateTimeOffset.Parse("2026-11-20T23:00:00Z"),
        Order = new ExportOrder
        {
            Report = ExportReport.Usage,
            Span = new ExportSpan(DateTimeOffset.Parse(from), DateTimeOffset.Parse("2026-11-02T05:30:00Z")),
            TenantId = tenant,
            Name = template,
        },
    };
}
