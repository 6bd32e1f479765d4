/*
 * The grammar of Mou, chapter by chapter as docs/language.md. Actions only build the raw tree
 * (tree.c, tree_*.c): no names, no types, no law. A mistake is reported once (syntax_error.c); then
 * the stream skips to where reading can go on and says so with the token SYNC, which is why every
 * `error` below is followed by it.
 *
 * House rules of this file: lists are left recursive and begin with an empty rule, which bison
 * reduces without looking ahead, so that an error right behind a head is met inside the list. No
 * precedence but for operators and the one place marked LOW.
 */
%require "3.8"
%define api.pure full
%define api.prefix {mou_yy}
%define api.token.prefix {TOK_}
%define api.token.raw
%define api.value.type {union mou_semantic}
%define api.location.type {struct mou_span}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%param {struct mou_parse *parse}

%code requires {
#include "build.h"
}

%code {
#include "actions.h"

static void mou_yyerror(const struct mou_span *span, struct mou_parse *parse, const char *message);
}

/* ---- literals, marks */
%token END "文件结尾"
%token SYNC "继续处"
%token <token> IDENT "名称" LABEL "名称：" INTEGER "整数值" MONEY "金额值" RATIO "比例值" DATE "日期值"
%token <token> DURATION "期间值" TEXT "文字"
%token <token> LAW_TITLE "《…》" DOCUMENT_NUMBER "发文字号" ARTICLE "第…条"
%token COMMA "、" SEMICOLON "；" COLON "：" DOT "." STOP "。" BAR "|" ARROW "=>"
%token LEFT_PAREN "（" RIGHT_PAREN "）" LEFT_BRACE "{" RIGHT_BRACE "}"
%token ASSIGN "=" NOT_EQUAL "≠" LESS_SIGN "<" NOT_GREATER_SIGN "≤" GREATER_SIGN ">"
%token NOT_LESS_SIGN "≥"
%token PLUS "+" MINUS "-" TIMES "×" DIVIDE "÷"

/* ---- keywords: spellings and standing are in keywords.def */
%token <token> PACK USE CODES AUTHORITY SUBJECT_KIND ATTRIBUTES RECORD RELATION LIST_KINDS
%token <token> CATALOGUE CALENDAR STATUTE MEMORANDUM PARAMETER DEFINE FINDING SANCTION INCENTIVE
%token <token> REPAIR DUTY MATTER TABLE FIXTURE TEST ASSERT VERSION IDENTIFIED_BY SOURCE INSTRUMENT
%token <token> MADE SERVED ACT VALID PART_OF REQUIRED KEY CONFIDENTIAL DEFAULT TYPE_TEXT
%token <token> TYPE_INTEGER TYPE_MONEY TYPE_RATIO TYPE_DATE TYPE_DURATION TYPE_YES_NO TYPE_CODE
%token <token> UNIT_DAYS UNIT_WORKDAYS FROM_KIND TO_KIND INVERSE NATURE COVERS INCOMPATIBLE
%token <token> HOLIDAYS WORKDAYS TITLE NUMBER LEAD SIGNED_BY EFFECTIVE REPEALED REPLACES
%token <token> LIGHTER_LAW NO_STAY VERBATIM UNDER ENTERS ON WHEN FROM UNTIL TERM OPEN_ENDED ENDED
%token <token> UNLESS ONLY_IF MEASURE BECAUSE TO SELF HOLDING TIME_OF_ACT TIME_OF_FINDING CURRENT
%token <token> BY DEGREE PROHIBIT DEGREE_WORD FOLLOWS_FINDING LIFTED AUTOMATICALLY REMEDY GRANT
%token <token> DOMAIN TIER JURISDICTION PUBLISH SHARE EACH LASTING OF ELIGIBLE REFUSED HANDLED
%token <token> ONCE_GRANTED WITHIN ONWARD ROLL_FORWARD DONE LOOK_UP ADVISE SUBJECT GIVEN AT EXPECT
%token <token> REFUTE OBJECTION LODGED CLOSED IN_FORCE SUSPENDED TO_VERIFY PENDING CONTESTED
%token <token> MISSING THROUGH DUE OVERDUE ALLOW AS AND OR NOT IS IS_NOT YES NO_VALUE EQUALS
%token <token> DIFFERS GREATER LESS NOT_LESS NOT_GREATER IN BETWEEN BETWEEN_AND PRESENT ABSENT
%token <token> ON_LIST RECENT WITHIN_LAST INSIDE VALIDITY IN_VALIDITY FULL AT_LEAST AGO EVER
%token <token> EVER_ENTERED DAY_ENTERED DAY_LEFT LISTINGS LAST_ENTERED LAST_LEFT SOME EVERY NO WHERE DISTINCT COUNT SUM MAX MIN EARLIEST LATEST STREAK
%token <token> LISTS UP_TO IF THEN ELSE TAKE OR_DEFAULT ANY TODAY

%precedence LOW
%precedence WHEN
%left OR
%left AND
%precedence NOT
%left PLUS MINUS
%left TIMES DIVIDE
%precedence NEGATION

%type <token> soft opener
%type <name> name any_name id label declared degree_word optional_id
%type <text> text_body number_body
%type <ref> ref
%type <refs> refs names_body
%type <legal> legal_refs legal_ref legal_body
%type <parts> notes pack_parts codes_parts kind_parts record_parts relation_parts catalogue_parts
%type <parts> calendar_parts statute_parts memorandum_parts parameter_parts rule_parts table_parts
%type <parts> test_parts subject_items
%type <decl> decl definition uses
%type <field> field type modifiers
%type <expr> expr condition where_body optional_where arith sum postfix dotted primary literal
%type <expr> signed_literal value_literal expr_body arith_body date_body definition_body
%type <expr> table_result aggregate date_value optional_duration optional_at code_value
%type <expr> number_value call list_where
%type <exprs> arguments set_items two_or_more texts
%type <range> range value_range
%type <quantifier> quantifier
%type <aggregate> folding
%type <kind> history
%type <op> comparison
%type <state> state
%type <clause> rule_clause note common on_body fixed_end publication within_body done_body
%type <clause> ended_body lifted_body
%type <clause> objection_body grant holding_body optional_when head_clause
%type <clauses> grants grant_body
%type <targets> targets targets_body
%type <target> target
%type <reach> reach reached
%type <step> step
%type <steps> steps steps_body
%type <value> value
%type <values> values optional_values
%type <days> days
%type <days_list> days_body day_list
%type <parameter> table_parameter
%type <parameters> table_parameters table_head
%type <cell> cell
%type <cells> cells
%type <expectation> expectation expected_rule
%type <holding> holding
%type <filter> filter

%%

/* ================================================================== files */

file:
    prologue declarations END ;

/*
 * What stands before the first declaration; behind it every declaration's own list takes stops and
 * errors.
 */
prologue:
    %empty
    | prologue STOP
    | prologue error SYNC                   { yyerrok; } ;

declarations:
    %empty
    | declarations decl                     { mou_tree_add(parse, $2); } ;

/* ================================================================== words */

id:
    IDENT                                   { $$ = mou_name_of(&$1, @1); } ;

name:
    id
    | soft                                  { $$ = mou_name_of(&$1, @1); } ;

/* Where an expression goes on, even a word that opens a clause elsewhere is a name. */
any_name:
    name
    | opener                                { $$ = mou_name_of(&$1, @1); } ;

/* Soft keywords that open no clause. */
soft:
    MADE | SERVED | ACT | VALID | REQUIRED | KEY | CONFIDENTIAL | DEFAULT | TYPE_TEXT | TYPE_INTEGER
    | TYPE_MONEY | TYPE_RATIO
    | TYPE_DATE | TYPE_DURATION | TYPE_YES_NO | TYPE_CODE | UNIT_DAYS | UNIT_WORKDAYS | FROM_KIND
    | TO_KIND | INVERSE
    | NATURE | COVERS | TIME_OF_ACT | TIME_OF_FINDING | CURRENT | DEGREE_WORD | AUTOMATICALLY | EACH
    | LASTING
    | LODGED | CLOSED | DUE | OVERDUE | ALLOW | VALIDITY ;

/*
 * Soft keywords that open a clause of a rule; those that open one of a head or of vocabulary are
 * names elsewhere (stream.c).
 */
opener:
    DOMAIN | TIER | JURISDICTION | PUBLISH | SHARE ;

/*
 * A name right before a colon: the stream tells it apart, so that a name missing before a labelled
 * line is seen as missing.
 */
label:
    LABEL                                   { $$ = mou_name_of(&$1, @1); } ;

declared:
    id
    | error SYNC                            { yyerrok; $$ = mou_name_none(); } ;

optional_id:
    %empty                                  { $$ = mou_name_none(); }
    | id ;

ref:
    name                                    { $$ = mou_ref_new(parse, NULL, &$1); }
    | name DOT name                         { $$ = mou_ref_new(parse, &$1, &$3); } ;

refs:
    ref                                     { $$ = (struct mou_ref_list){0}; MOU_APPEND($$, $1); }
    | refs COMMA ref                        { $$ = $1; MOU_APPEND($$, $3); } ;

names_body:
    refs
    | error SYNC                            { yyerrok; $$ = (struct mou_ref_list){0}; } ;

lost: /* skipped in the middle of a rule: what follows is told of anew */
    error SYNC                              { yyerrok; } ;

text_body:
    TEXT                                    { $$ = $1.text; }
    | error SYNC                            { yyerrok; $$ = (struct mou_text){0}; } ;

/* ---- legal instruments */

legal_ref:
    LAW_TITLE                               { $$ = mou_legal_new(parse, $1.text, NULL, NULL, @$); }
    | LAW_TITLE ARTICLE                { $$ = mou_legal_new(parse, $1.text, NULL, &$2.text, @$); }
    | LAW_TITLE LEFT_PAREN DOCUMENT_NUMBER RIGHT_PAREN
            { $$ = mou_legal_new(parse, $1.text, &$3.text, NULL, @$); }
    | LAW_TITLE LEFT_PAREN DOCUMENT_NUMBER RIGHT_PAREN ARTICLE
            { $$ = mou_legal_new(parse, $1.text, &$3.text, &$5.text, @$); }
    | DOCUMENT_NUMBER                       { $$ = mou_legal_new(parse, $1.text, NULL, NULL, @$); }
    | DOCUMENT_NUMBER ARTICLE        { $$ = mou_legal_new(parse, $1.text, NULL, &$2.text, @$); } ;

/* `《…》第三条、第四条`: a bare article belongs to the instrument before it. */
legal_refs:
    legal_ref
    | legal_refs COMMA legal_ref            { $$ = $1; MOU_APPEND($$, $3.first); }
    | legal_refs COMMA ARTICLE              { $$ = mou_legal_again(parse, &$1, &$3.text, @3); }
    | legal_refs SEMICOLON legal_ref        { $$ = $1; MOU_APPEND($$, $3.first); } ;

legal_body:
    legal_refs
    | error SYNC                            { yyerrok; $$ = (struct mou_legal_list){0}; } ;

/* ---- clauses of any declaration */

note:
    VERBATIM text_body                      { $$ = WORDS(VERBATIM, @1, $2, @$); }
    | UNDER legal_body                      { $$ = LEGAL(UNDER, @1, $2, @$); } ;

/* What any declaration may hold between its own parts: notes, stray stops, and what was skipped. */
common:
    note
    | STOP                                  { $$ = NULL; }
    | error SYNC                            { yyerrok; $$ = NULL; } ;

notes:
    %empty                                  { $$ = mou_parts_new(parse); }
    | notes common                          { $$ = $1; mou_parts_clause($$, $2); } ;

/* ================================================================== vocabulary */

decl:
    PACK declared pack_parts                { $$ = DECL(PACK, $3, $2, @1, @$); }
    | uses
    | CODES declared codes_parts            { $$ = DECL(CODES, $3, $2, @1, @$); }
    | AUTHORITY declared kind_parts         { $$ = DECL(AUTHORITY, $3, $2, @1, @$); }
    | SUBJECT_KIND declared kind_parts      { $$ = DECL(SUBJECT_KIND, $3, $2, @1, @$); }
    | ATTRIBUTES declared record_parts      { $$ = DECL(ATTRIBUTES, $3, $2, @1, @$); }
    | RECORD declared record_parts          { $$ = DECL(RECORD, $3, $2, @1, @$); }
    | RELATION declared relation_parts      { $$ = DECL(RELATION, $3, $2, @1, @$); }
    | LIST_KINDS names_body notes
            { $$ = mou_decl_names(parse, $3, MOU_DECL_LIST_KINDS, &$2, @1, @$); }
    | CATALOGUE declared catalogue_parts    { $$ = DECL(CATALOGUE, $3, $2, @1, @$); }
    | CALENDAR INTEGER calendar_parts
            { $$ = mou_decl_calendar(parse, $3, $2.integer, @2, @1, @$); }
    | CALENDAR lost calendar_parts
            { $$ = mou_decl_broken(parse, $3, MOU_DECL_CALENDAR, @1, @$); }
    | STATUTE legal_body statute_parts      { $$ = mou_decl_statute(parse, $3, &$2, @1, @$); }
    | MEMORANDUM declared memorandum_parts  { $$ = DECL(MEMORANDUM, $3, $2, @1, @$); }
    | PARAMETER declared parameter_parts    { $$ = DECL(PARAMETER, $3, $2, @1, @$); }
    | definition
    | FINDING declared rule_parts           { $$ = DECL(FINDING, $3, $2, @1, @$); }
    | SANCTION declared rule_parts          { $$ = DECL(SANCTION, $3, $2, @1, @$); }
    | INCENTIVE declared rule_parts         { $$ = DECL(INCENTIVE, $3, $2, @1, @$); }
    | REPAIR declared rule_parts            { $$ = DECL(REPAIR, $3, $2, @1, @$); }
    | DUTY declared rule_parts              { $$ = DECL(DUTY, $3, $2, @1, @$); }
    | MATTER declared rule_parts            { $$ = DECL(MATTER, $3, $2, @1, @$); }
    | TABLE declared table_head table_parts { $$ = mou_decl_table(parse, $4, &$3, &$2, @1, @$); }
    | FIXTURE declared test_parts           { $$ = DECL(FIXTURE, $3, $2, @1, @$); }
    | TEST text_body test_parts        { $$ = mou_decl_text(parse, $3, MOU_DECL_TEST, $2, @1, @$); }
    | ASSERT text_body expr_body notes     { $$ = mou_decl_assertion(parse, $4, $2, $3, @1, @$); } ;

uses:
    USE names_body notes                    { $$ = mou_decl_uses(parse, $3, &$2, @1, @$); } ;

pack_parts:
    %empty                                  { $$ = mou_parts_new(parse); }
    | pack_parts VERSION text_body          { $$ = $1; mou_parts_display($$, $3); }
    | pack_parts common                     { $$ = $1; mou_parts_clause($$, $2); } ;

codes_parts:
    %empty                                  { $$ = mou_parts_new(parse); }
    | codes_parts name ASSIGN code_value separator
            { $$ = $1; mou_parts_code(parse, $$, &$2, $4, mou_span_join(@2, @4)); }
    | codes_parts common                    { $$ = $1; mou_parts_clause($$, $2); } ;

/* Between the lines of a list that would read well without. */
separator:
    %empty
    | COMMA
    | SEMICOLON ;

code_value:
    number_value
    | error SYNC                            { yyerrok; $$ = mou_expr_error(parse, @1); } ;

number_value:
    INTEGER                                 { $$ = LITERAL(INTEGER, $1, @1); }
    | MINUS INTEGER                   { $2.integer = -$2.integer; $$ = LITERAL(INTEGER, $2, @$); } ;

kind_parts:
    %empty                                  { $$ = mou_parts_new(parse); }
    | kind_parts TEXT                       { $$ = $1; mou_parts_display($$, $2.text); }
    | kind_parts IDENTIFIED_BY name         { $$ = $1; mou_parts_identified_by($$, &$3); }
    | kind_parts common                     { $$ = $1; mou_parts_clause($$, $2); } ;

record_parts:
    %empty                                  { $$ = mou_parts_new(parse); }
    | record_parts TEXT                     { $$ = $1; mou_parts_display($$, $2.text); }
    | record_parts SOURCE name              { $$ = $1; mou_parts_source($$, &$3); }
    | record_parts PART_OF name             { $$ = $1; mou_parts_parent($$, &$3); }
    | record_parts INSTRUMENT name
            { $$ = $1; mou_parts_instrument($$, MOU_INSTRUMENT_NUMBER, &$3); }
    | record_parts MADE name
            { $$ = $1; mou_parts_instrument($$, MOU_INSTRUMENT_MADE, &$3); }
    | record_parts SERVED name
            { $$ = $1; mou_parts_instrument($$, MOU_INSTRUMENT_SERVED, &$3); }
    | record_parts ACT name
            { $$ = $1; mou_parts_instrument($$, MOU_INSTRUMENT_ACT, &$3); }
    | record_parts VALID FROM name
            { $$ = $1; mou_parts_instrument($$, MOU_INSTRUMENT_VALID_FROM, &$4); }
    | record_parts VALID UNTIL name
            { $$ = $1; mou_parts_instrument($$, MOU_INSTRUMENT_VALID_UNTIL, &$4); }
    | record_parts VALID FROM name UNTIL name
            { $$ = $1; mou_parts_instrument($$, MOU_INSTRUMENT_VALID_FROM, &$4);
              mou_parts_instrument($$, MOU_INSTRUMENT_VALID_UNTIL, &$6); }
    | record_parts field separator          { $$ = $1; mou_parts_field($$, $2); }
    | record_parts common                   { $$ = $1; mou_parts_clause($$, $2); } ;

relation_parts:
    %empty                                  { $$ = mou_parts_new(parse); }
    | relation_parts FROM_KIND name
            { $$ = $1; mou_parts_relation($$, MOU_RELATION_FROM, &$3); }
    | relation_parts TO_KIND name
            { $$ = $1; mou_parts_relation($$, MOU_RELATION_TO, &$3); }
    | relation_parts INVERSE name
            { $$ = $1; mou_parts_relation($$, MOU_RELATION_INVERSE, &$3); }
    | relation_parts field separator        { $$ = $1; mou_parts_field($$, $2); }
    | relation_parts common                 { $$ = $1; mou_parts_clause($$, $2); } ;

field:
    label COLON modifiers                    { $$ = mou_field_named($3, &$1, @$); }
    | label COLON error SYNC  { yyerrok; $$ = mou_field_named(mou_field_broken(parse), &$1, @$); } ;

type:
    TYPE_TEXT                               { $$ = FIELD(TEXT, NULL); }
    | TYPE_INTEGER                          { $$ = FIELD(INTEGER, NULL); }
    | TYPE_MONEY                            { $$ = FIELD(MONEY, NULL); }
    | TYPE_RATIO                            { $$ = FIELD(RATIO, NULL); }
    | TYPE_DATE                             { $$ = FIELD(DATE, NULL); }
    | TYPE_DURATION                         { $$ = FIELD(MONTHS, NULL); }
    | TYPE_DURATION UNIT_DAYS               { $$ = FIELD(DAYS, NULL); }
    | TYPE_DURATION UNIT_WORKDAYS           { $$ = FIELD(WORKDAYS, NULL); }
    | TYPE_YES_NO                           { $$ = FIELD(YES_NO, NULL); }
    | TYPE_CODE name                        { $$ = FIELD(CODE, &$2); } ;

modifiers:
    type
    | modifiers REQUIRED                    { $$ = $1; mou_field_set($$, MOU_FIELD_FLAG_REQUIRED); }
    | modifiers KEY                         { $$ = $1; mou_field_set($$, MOU_FIELD_FLAG_KEY); }
    | modifiers CONFIDENTIAL
            { $$ = $1; mou_field_set($$, MOU_FIELD_FLAG_CONFIDENTIAL); }
    | modifiers DEFAULT value_literal       { $$ = $1; mou_field_default($$, $3); } ;

catalogue_parts:
    %empty                                  { $$ = mou_parts_new(parse); }
    | catalogue_parts VERSION text_body     { $$ = $1; mou_parts_display($$, $3); }
    | catalogue_parts FROM DATE             { $$ = $1; mou_parts_effective($$, $3.date); }
    | catalogue_parts id id
            { $$ = $1; mou_parts_item(parse, $$, &$2, &$3, mou_span_join(@2, @3)); }
    | catalogue_parts NATURE name           { $$ = $1; mou_parts_item_nature($$, &$3, @3); }
    | catalogue_parts DEGREE degree_word    { $$ = $1; mou_parts_item_degree($$, &$3, @3); }
    | catalogue_parts COVERS refs           { $$ = $1; mou_parts_item_covers($$, &$3, @3); }
    | catalogue_parts BY refs               { $$ = $1; mou_parts_item_by($$, &$3, @3); }
    | catalogue_parts UNDER legal_body
            { $$ = $1; mou_parts_item_under(parse, $$, &$3, @2, mou_span_join(@2, @3)); }
    | catalogue_parts VERBATIM text_body
            { $$ = $1; mou_parts_clause($$, WORDS(VERBATIM, @2, $3, mou_span_join(@2, @3))); }
    | catalogue_parts INCOMPATIBLE names_body
            { $$ = $1; mou_parts_incompatible(parse, $$, &$3, mou_span_join(@2, @3)); }
    | catalogue_parts STOP
    | catalogue_parts error SYNC            { yyerrok; $$ = $1; mou_parts_item_broken($$); } ;

degree_word:
    id
    | DEGREE_WORD                           { $$ = mou_name_canonical(&$1, @1); }
    | PROHIBIT                              { $$ = mou_name_canonical(&$1, @1); } ;

calendar_parts:
    %empty                                  { $$ = mou_parts_new(parse); }
    | calendar_parts FROM DATE              { $$ = $1; mou_parts_effective($$, $3.date); }
    | calendar_parts HOLIDAYS days_body     { $$ = $1; mou_parts_days($$, false, &$3); }
    | calendar_parts WORKDAYS days_body     { $$ = $1; mou_parts_days($$, true, &$3); }
    | calendar_parts common                 { $$ = $1; mou_parts_clause($$, $2); } ;

days_body:
    day_list
    | error SYNC                            { yyerrok; $$ = (struct mou_days_list){0}; } ;

day_list:
    days                                    { $$ = (struct mou_days_list){0}; MOU_APPEND($$, $1); }
    | day_list COMMA days                   { $$ = $1; MOU_APPEND($$, $3); } ;

days:
    DATE                                    { $$ = mou_days_new(parse, $1.date, $1.date, @$); }
    | DATE UNTIL DATE                       { $$ = mou_days_new(parse, $1.date, $3.date, @$); } ;

statute_parts:
    %empty                                  { $$ = mou_parts_new(parse); }
    | statute_parts EFFECTIVE DATE          { $$ = $1; mou_parts_effective($$, $3.date); }
    | statute_parts REPEALED DATE           { $$ = $1; mou_parts_repealed($$, $3.date); }
    | statute_parts common                  { $$ = $1; mou_parts_clause($$, $2); } ;

/* ================================================================== memoranda */

memorandum_parts:
    %empty                                  { $$ = mou_parts_new(parse); }
    | memorandum_parts head_clause          { $$ = $1; mou_parts_clause($$, $2); }
    | memorandum_parts common               { $$ = $1; mou_parts_clause($$, $2); } ;

head_clause:
    TITLE text_body                         { $$ = WORDS(TITLE, @1, $2, @$); }
    | NUMBER number_body                    { $$ = WORDS(NUMBER, @1, $2, @$); }
    | LEAD names_body                       { $$ = NAMES(LEAD, @1, $2, @$); }
    | SIGNED_BY names_body                  { $$ = NAMES(SIGNED_BY, @1, $2, @$); }
    | EFFECTIVE date_body                   { $$ = EXPR(EFFECTIVE, @1, $2, @$); }
    | REPEALED date_body                    { $$ = EXPR(REPEALED, @1, $2, @$); }
    | REPLACES names_body                   { $$ = NAMES(REPLACES, @1, $2, @$); }
    | VERSION text_body                     { $$ = WORDS(VERSION, @1, $2, @$); }
    | LIGHTER_LAW                    { $$ = mou_clause_new(parse, MOU_CLAUSE_LIGHTER_LAW, @1, @$); }
    | OBJECTION NO_STAY UNDER legal_body    { $$ = LEGAL(OBJECTION_NO_STAY, @1, $4, @$); }
    | OBJECTION error SYNC                  { yyerrok; $$ = BROKEN(OBJECTION_NO_STAY, @1, @$); } ;

number_body:
    DOCUMENT_NUMBER                         { $$ = $1.text; }
    | text_body ;

date_body:
    DATE                                    { $$ = LITERAL(DATE, $1, @1); }
    | error SYNC                            { yyerrok; $$ = mou_expr_error(parse, @1); } ;

parameter_parts:
    %empty                                  { $$ = mou_parts_new(parse); }
    | parameter_parts value_literal FROM date_body separator
            { $$ = $1; mou_parts_clause($$, mou_clause_value_from(parse, $2, @3, $4,
              mou_span_join(@2, @4))); }
    | parameter_parts note                  { $$ = $1; mou_parts_clause($$, $2); }
    | parameter_parts STOP
    | parameter_parts error SYNC
            { yyerrok; $$ = $1; mou_parts_clause($$, BROKEN(VALUE_FROM, @2, @2)); } ;

definition:
    DEFINE declared AS definition_body notes
            { $$ = mou_decl_definition(parse, $5, &$2, NULL, $4, @1, @$); }
    | DEFINE declared LEFT_PAREN name RIGHT_PAREN AS definition_body notes
            { $$ = mou_decl_definition(parse, $8, &$2, &$4, $7, @1, @$); }
    | DEFINE declared lost notes
            { $$ = mou_decl_definition(parse, $4, &$2, NULL, mou_expr_error(parse, @3), @1, @$); } ;

definition_body:
    expr_body
    | LEFT_BRACE set_items RIGHT_BRACE      { $$ = mou_expr_set(parse, &$2, @$); } ;

/* ---- clauses of findings, measures, repairs, duties and matters: any of them in any order */

rule_parts:
    %empty                                  { $$ = mou_parts_new(parse); }
    | rule_parts rule_clause                { $$ = $1; mou_parts_clause($$, $2); }
    | rule_parts GRANT grant_body           { $$ = $1; mou_parts_grants($$, &$3, @2); }
    | rule_parts common                     { $$ = $1; mou_parts_clause($$, $2); } ;

rule_clause:
    ENTERS names_body                       { $$ = NAMES(ENTERS, @1, $2, @$); }
    | ON on_body                            { $$ = AS(ON, $2, @1, @$); }
    | WHEN expr_body                        { $$ = EXPR(WHEN, @1, $2, @$); }
    | UNLESS expr_body                      { $$ = EXPR(UNLESS, @1, $2, @$); }
    | ONLY_IF expr_body                     { $$ = EXPR(ONLY_IF, @1, $2, @$); }
    | FROM arith_body                       { $$ = EXPR(FROM, @1, $2, @$); }
    | UNTIL arith_body                      { $$ = EXPR(UNTIL, @1, $2, @$); }
    | TERM arith_body                       { $$ = EXPR(TERM, @1, $2, @$); }
    | UNTIL fixed_end  { $$ = mou_clause_as($2, $2 == NULL ? MOU_CLAUSE_UNTIL : $2->kind, @1, @$); }
    | TERM fixed_end    { $$ = mou_clause_as($2, $2 == NULL ? MOU_CLAUSE_TERM : $2->kind, @1, @$); }
    | OPEN_ENDED                      { $$ = mou_clause_new(parse, MOU_CLAUSE_OPEN_ENDED, @1, @$); }
    | ENDED ended_body                      { $$ = AS(ENDED, $2, @1, @$); }
    | MEASURE names_body                    { $$ = NAMES(ITEM, @1, $2, @$); }
    | BECAUSE names_body                    { $$ = NAMES(BECAUSE, @1, $2, @$); }
    | TO targets_body                       { $$ = mou_clause_targets(parse, @1, &$2, @$); }
    | HOLDING holding_body                  { $$ = AS(HOLDING, $2, @1, @$); }
    | BY names_body                         { $$ = NAMES(BY, @1, $2, @$); }
    | DEGREE degree_word                    { $$ = mou_clause_degree(parse, @1, &$2, @$); }
    | DEGREE error SYNC                     { yyerrok; $$ = BROKEN(DEGREE, @1, @$); }
    | LIFTED lifted_body                    { $$ = AS(LIFTED, $2, @1, @$); }
    | REMEDY text_body                      { $$ = WORDS(REMEDY, @1, $2, @$); }
    | DOMAIN names_body                     { $$ = NAMES(DOMAIN, @1, $2, @$); }
    | TIER names_body                       { $$ = NAMES(TIER, @1, $2, @$); }
    | JURISDICTION names_body               { $$ = NAMES(JURISDICTION, @1, $2, @$); }
    | PUBLISH publication                   { $$ = AS(PUBLISH, $2, @1, @$); }
    | SHARE publication                     { $$ = AS(SHARE, $2, @1, @$); }
    | OF names_body                         { $$ = NAMES(OF, @1, $2, @$); }
    | ELIGIBLE optional_when                { $$ = AS(ELIGIBLE, $2, @1, @$); }
    | REFUSED optional_when                 { $$ = AS(REFUSED, $2, @1, @$); }
    | HANDLED steps_body          { $$ = mou_clause_steps(parse, MOU_CLAUSE_HANDLED, @1, &$2, @$); }
    | ONCE_GRANTED steps_body
            { $$ = mou_clause_steps(parse, MOU_CLAUSE_ONCE_GRANTED, @1, &$2, @$); }
    | WITHIN within_body                    { $$ = AS(WITHIN, $2, @1, @$); }
    | DONE done_body                        { $$ = AS(DONE, $2, @1, @$); }
    | LOOK_UP names_body                    { $$ = NAMES(LOOK_UP, @1, $2, @$); }
    | PROHIBIT optional_when                { $$ = AS(PROHIBIT, $2, @1, @$); }
    | ADVISE optional_when                  { $$ = AS(ADVISE, $2, @1, @$); } ;

expr_body:
    expr
    | error SYNC                            { yyerrok; $$ = mou_expr_error(parse, @1); } ;

arith_body:
    arith
    | error SYNC                            { yyerrok; $$ = mou_expr_error(parse, @1); } ;

/* 可申请 当 C: the 当 may be left out. */
optional_when:
    WHEN expr_body                          { $$ = EXPR(WHEN, @1, $2, @$); }
    | expr                                  { $$ = EXPR(WHEN, @1, $1, @$); }
    | error SYNC                            { yyerrok; $$ = BROKEN(WHEN, @1, @$); } ;

on_body:
    refs optional_id                        { $$ = mou_clause_on(parse, &$1, &$2, @$); }
    | error SYNC                            { yyerrok; $$ = BROKEN(ON, @1, @$); } ;

fixed_end:
    OPEN_ENDED                        { $$ = mou_clause_new(parse, MOU_CLAUSE_OPEN_ENDED, @1, @$); }
    | FOLLOWS_FINDING          { $$ = mou_clause_new(parse, MOU_CLAUSE_FOLLOWS_FINDING, @1, @$); } ;

/* 终止 凭 R 当 C 自 D is one clause: the event is a record of its own. */
ended_body:
    WHEN expr FROM arith               { $$ = mou_clause_two(parse, MOU_CLAUSE_ENDED, $2, $4, @$); }
    | ON refs optional_id FROM arith
            { $$ = mou_clause_ended(parse, mou_clause_on(parse, &$2, &$3, @$), NULL, $5); }
    | ON refs optional_id WHEN expr FROM arith
            { $$ = mou_clause_ended(parse, mou_clause_on(parse, &$2, &$3, @$), $5, $7); }
    | error SYNC                            { yyerrok; $$ = BROKEN(ENDED, @1, @$); } ;

lifted_body:
    AUTOMATICALLY                           { $$ = mou_clause_flag(parse, MOU_CLAUSE_LIFTED, @$); }
    | WHEN expr                             { $$ = EXPR(LIFTED, @1, $2, @$); }
    | id      { $$ = mou_clause_name(parse, MOU_CLAUSE_LIFTED, mou_ref_new(parse, NULL, &$1), @$); }
    | error SYNC                            { yyerrok; $$ = BROKEN(LIFTED, @1, @$); } ;

holding_body:
    holding                                 { $$ = mou_clause_holding(parse, $1, @$); }
    | AT holding                            { $$ = mou_clause_holding(parse, $2, @$); }
    | error SYNC                            { yyerrok; $$ = BROKEN(HOLDING, @1, @$); } ;

holding:
    TIME_OF_ACT                             { $$ = MOU_HOLDING_AT_ACT; }
    | TIME_OF_FINDING                       { $$ = MOU_HOLDING_AT_DETERMINATION; }
    | CURRENT                               { $$ = MOU_HOLDING_CURRENT; } ;

/* 公示 信用中国 每隔 1个月 期限 3年 */
publication:
    refs                                    { $$ = NAMES(PUBLISH, @1, $1, @$); }
    | refs EACH arith                     { $$ = mou_clause_publication(parse, &$1, $3, NULL, @$); }
    | refs LASTING arith                  { $$ = mou_clause_publication(parse, &$1, NULL, $3, @$); }
    | refs EACH arith LASTING arith         { $$ = mou_clause_publication(parse, &$1, $3, $5, @$); }
    | error SYNC                            { yyerrok; $$ = BROKEN(PUBLISH, @1, @$); } ;

grant_body:
    grants
    | error SYNC
            { yyerrok; $$ = (struct mou_clause_list){0}; MOU_APPEND($$, BROKEN(GRANT, @1, @$)); } ;

grants:
    grant                                  { $$ = (struct mou_clause_list){0}; MOU_APPEND($$, $1); }
    | grants COMMA grant                    { $$ = $1; MOU_APPEND($$, $3); } ;

grant:
    name ASSIGN arith                       { $$ = mou_clause_grant(parse, &$1, $3, @$); } ;

/* ---- 对 自然人：本人；单位：法定代表人、主要负责人 */

targets_body:
    targets
    | targets SEMICOLON
    | error SYNC                            { yyerrok; $$ = (struct mou_target_list){0}; } ;

targets:
    target                                 { $$ = (struct mou_target_list){0}; MOU_APPEND($$, $1); }
    | targets SEMICOLON target              { $$ = $1; MOU_APPEND($$, $3); } ;

target:
    label COLON reach                       { $$ = mou_target_new(parse, &$1, &$3, @$); } ;

reach:
    reached
    | reach COMMA reached                   { $$ = mou_reach_join($1, $3); } ;

reached:
    SELF                                    { $$ = mou_reach_of(MOU_TARGET_SELF, NULL); }
    | NO                                    { $$ = mou_reach_of(MOU_TARGET_NONE, NULL); }
    | NO_VALUE                              { $$ = mou_reach_of(MOU_TARGET_NONE, NULL); }
    | ref                                   { $$ = mou_reach_of(MOU_TARGET_RELATIONS, $1); }
    | ref LEFT_PAREN expr RIGHT_PAREN
            { $$ = mou_reach_of(MOU_TARGET_RELATIONS, mou_ref_where($1, $3)); } ;

/* ---- steps of repairs */

steps_body:
    steps
    | error SYNC                            { yyerrok; $$ = (struct mou_step_list){0}; } ;

steps:
    step                                    { $$ = (struct mou_step_list){0}; MOU_APPEND($$, $1); }
    | steps COMMA step                      { $$ = $1; MOU_APPEND($$, $3); } ;

step:
    name optional_duration                  { $$ = mou_step_new(parse, &$1, NULL, $2); }
    | name id optional_duration
                                            { $$ = mou_step_new(parse, &$1, &$2, $3); }
    | LIFTED SANCTION                       { $$ = mou_step_lifted(parse, &$1, @1, &$2, @2); }
    | LIFTED INCENTIVE                      { $$ = mou_step_lifted(parse, &$1, @1, &$2, @2); }
    | LIFTED IDENT                          { $$ = mou_step_lifted(parse, &$1, @1, &$2, @2); } ;

optional_duration:
    %empty                                  { $$ = NULL; }
    | DURATION                              { $$ = LITERAL(DURATION, $1, @1); } ;

/* ---- duties */

within_body:
    FROM arith ONWARD arith           { $$ = mou_clause_two(parse, MOU_CLAUSE_WITHIN, $2, $4, @$); }
    | FROM arith ONWARD arith ROLL_FORWARD
            { $$ = mou_clause_two(parse, MOU_CLAUSE_WITHIN, $2, $4, @$); mou_clause_set_flag($$); }
    | error SYNC                            { yyerrok; $$ = BROKEN(WITHIN, @1, @$); } ;

/* 完成 凭 R 当 C is one clause: a 当 right behind belongs to it. */
done_body:
    WHEN expr                               { $$ = EXPR(DONE, @1, $2, @$); }
    | ON refs optional_id WHEN expr
            { $$ = mou_clause_done(parse, mou_clause_on(parse, &$2, &$3, @$), $5); }
    | ON refs optional_id  %prec LOW        { $$ = mou_clause_on(parse, &$2, &$3, @$); }
    | error SYNC                            { yyerrok; $$ = BROKEN(DONE, @1, @$); } ;

/* ================================================================== decision tables */

table_head:
    LEFT_PAREN table_parameters RIGHT_PAREN { $$ = $2; }
    | error SYNC                            { yyerrok; $$ = (struct mou_parameter_list){0}; } ;

table_parameters:
    table_parameter                     { $$ = (struct mou_parameter_list){0}; MOU_APPEND($$, $1); }
    | table_parameters COMMA table_parameter { $$ = $1; MOU_APPEND($$, $3); } ;

table_parameter:
    label COLON type        { $$ = mou_table_parameter_new(parse, &$1, $3, MOU_OP_NONE, NULL, @$); }
    | label COLON type comparison signed_literal
            { $$ = mou_table_parameter_new(parse, &$1, $3, $4, $5, @$); } ;

table_parts:
    %empty                                  { $$ = mou_parts_new(parse); }
    | table_parts cells ARROW table_result
            { $$ = $1; mou_parts_row(parse, $$, &$2, $4, mou_span_join(@2, @4)); }
    | table_parts common                    { $$ = $1; mou_parts_clause($$, $2); } ;

cells:
    cell                                    { $$ = (struct mou_cell_list){0}; MOU_APPEND($$, $1); }
    | cells BAR cell                        { $$ = $1; MOU_APPEND($$, $3); } ;

cell:
    ANY                                     { $$ = mou_cell_new(parse, MOU_OP_NONE, NULL, @$); }
    | value_literal                         { $$ = mou_cell_new(parse, MOU_OP_EQ, $1, @$); }
    | comparison value_literal              { $$ = mou_cell_new(parse, $1, $2, @$); } ;

table_result:
    TEXT                                    { $$ = LITERAL(TEXT, $1, @1); }
    | ref                                   { $$ = mou_expr_ref(parse, $1, @1); }
    | error SYNC                            { yyerrok; $$ = mou_expr_error(parse, @1); } ;

/* ================================================================== fixtures and tests */

test_parts:
    %empty                                  { $$ = mou_parts_new(parse); }
    | test_parts SUBJECT id id subject_items
            { $$ = $1; mou_parts_subject(parse, $$, $5, &$3, &$4, @2, mou_span_join(@2, @5)); }
    | test_parts SUBJECT id lost subject_items
            { $$ = $1; mou_parts_clause($$, BROKEN(SUBJECT, @2, @2)); (void)$3; (void)$5; }
    | test_parts SUBJECT lost subject_items
            { $$ = $1; mou_parts_clause($$, BROKEN(SUBJECT, @2, @2)); (void)$4; }
    | test_parts GIVEN names_body
            { $$ = $1; mou_parts_clause($$, NAMES(GIVEN, @2, $3, mou_span_join(@2, @3))); }
    | test_parts AT date_body
            { $$ = $1; mou_parts_clause($$, EXPR(AT, @2, $3, mou_span_join(@2, @3))); }
    | test_parts OBJECTION objection_body
            { $$ = $1; mou_parts_clause($$, AS(OBJECTION, $3, @2, mou_span_join(@2, @3))); }
    | test_parts EXPECT expectation
            { $$ = $1; mou_parts_clause($$, mou_clause_expectation(parse, MOU_CLAUSE_EXPECT, $3,
              @2, mou_span_join(@2, @3))); }
    | test_parts REFUTE expectation
            { $$ = $1; mou_parts_clause($$, mou_clause_expectation(parse, MOU_CLAUSE_REFUTE, $3,
              @2, mou_span_join(@2, @3))); }
    | test_parts common                     { $$ = $1; mou_parts_clause($$, $2); } ;

/*
 * What is known of a subject: its attributes, rows of its records (deeper rows follow their
 * parent), its relations.
 */
subject_items:
    %empty                                  { $$ = mou_parts_new(parse); }
    | subject_items values                  { $$ = $1; mou_parts_attributes(parse, $$, &$2); }
    | subject_items label COLON values
            { $$ = $1; mou_parts_fixture_row(parse, $$, &$2, &$4, mou_span_join(@2, @4)); }
    | subject_items value FROM date_value optional_values
            { $$ = $1; mou_parts_fixture_relation(parse, $$, $2, $4, NULL, &$5, mou_span_join(@2,
              @5)); }
    | subject_items value FROM date_value UNTIL date_value optional_values
            { $$ = $1; mou_parts_fixture_relation(parse, $$, $2, $4, $6, &$7, mou_span_join(@2,
              @7)); }
    | subject_items value UNTIL date_value optional_values
            { $$ = $1; mou_parts_fixture_relation(parse, $$, $2, NULL, $4, &$5, mou_span_join(@2,
              @5)); } ;

values:
    value                                   { $$ = (struct mou_value_list){0}; MOU_APPEND($$, $1); }
    | values COMMA value                    { $$ = $1; MOU_APPEND($$, $3); } ;

optional_values:
    %empty                                  { $$ = (struct mou_value_list){0}; }
    | COMMA values                          { $$ = $2; } ;

value:
    name value_literal                      { $$ = mou_value_new(parse, &$1, $2); }
    | name error SYNC      { yyerrok; $$ = mou_value_new(parse, &$1, mou_expr_error(parse, @2)); } ;

date_value:
    DATE                                    { $$ = LITERAL(DATE, $1, @1); } ;

/* 异议 执行案件 "…" 提出 D [办结 D] [对 SUBJECT] */
objection_body:
    name TEXT LODGED date_value
            { $$ = mou_clause_objection(parse, &$1, &$2, @2, $4, NULL, NULL, @$); }
    | name TEXT LODGED date_value CLOSED date_value
            { $$ = mou_clause_objection(parse, &$1, &$2, @2, $4, $6, NULL, @$); }
    | name TEXT LODGED date_value TO id
            { $$ = mou_clause_objection(parse, &$1, &$2, @2, $4, NULL, &$6, @$); }
    | name TEXT LODGED date_value CLOSED date_value TO id
            { $$ = mou_clause_objection(parse, &$1, &$2, @2, $4, $6, &$8, @$); }
    | error SYNC                            { yyerrok; $$ = BROKEN(OBJECTION, @1, @$); } ;

expectation:
    expected_rule
    | expectation IN_FORCE                { $$ = $1; mou_expect_outcome($$, MOU_OUTCOME_IN_FORCE); }
    | expectation SUSPENDED              { $$ = $1; mou_expect_outcome($$, MOU_OUTCOME_SUSPENDED); }
    | expectation TO_VERIFY              { $$ = $1; mou_expect_outcome($$, MOU_OUTCOME_TO_VERIFY); }
    | expectation PENDING                  { $$ = $1; mou_expect_outcome($$, MOU_OUTCOME_PENDING); }
    | expectation DUE                       { $$ = $1; mou_expect_duty($$, MOU_DUTY_DUE); }
    | expectation DONE                      { $$ = $1; mou_expect_duty($$, MOU_DUTY_DONE); }
    | expectation OVERDUE                   { $$ = $1; mou_expect_duty($$, MOU_DUTY_OVERDUE); }
    | expectation ALLOW                     { $$ = $1; mou_expect_duty($$, MOU_MATTER_ALLOW); }
    | expectation PROHIBIT                  { $$ = $1; mou_expect_duty($$, MOU_MATTER_DENY); }
    | expectation ADVISE                    { $$ = $1; mou_expect_duty($$, MOU_MATTER_ADVISE); }
    | expectation ELIGIBLE                  { $$ = $1; mou_expect_duty($$, MOU_REPAIR_ELIGIBLE); }
    | expectation REFUSED                   { $$ = $1; mou_expect_duty($$, MOU_REPAIR_REFUSED); }
    | expectation FROM date_value           { $$ = $1; mou_expect_from($$, $3); }
    | expectation UNTIL date_value          { $$ = $1; mou_expect_until($$, $3); }
    | expectation UNTIL OPEN_ENDED          { $$ = $1; mou_expect_until($$, NULL); }
    | expectation ON texts                  { $$ = $1; mou_expect_keys($$, &$3); }
    | expectation MISSING refs              { $$ = $1; mou_expect_missing($$, &$3); }
    | expectation THROUGH id optional_id    { $$ = $1; mou_expect_through($$, &$3, &$4); }
    | error SYNC                            { yyerrok; $$ = NULL; } ;

expected_rule:
    id                     { $$ = mou_expectation_new(parse, NULL, mou_ref_new(parse, NULL, &$1)); }
    | id DOT name           { $$ = mou_expectation_new(parse, NULL, mou_ref_new(parse, &$1, &$3)); }
    | id id                 { $$ = mou_expectation_new(parse, &$1, mou_ref_new(parse, NULL, &$2)); }
    | id id DOT name       { $$ = mou_expectation_new(parse, &$1, mou_ref_new(parse, &$2, &$4)); } ;

texts:
    TEXT                  { $$ = (struct mou_expr_list){0}; MOU_APPEND($$, LITERAL(TEXT, $1, @1)); }
    | texts COMMA TEXT                      { $$ = $1; MOU_APPEND($$, LITERAL(TEXT, $3, @3)); } ;

/*
 * ================================================================== expressions, loosest to
 * tightest
 */

expr:
    expr OR expr                         { $$ = mou_expr_binary(parse, MOU_OP_OR, $1, $3, @2, @$); }
    | expr AND expr                     { $$ = mou_expr_binary(parse, MOU_OP_AND, $1, $3, @2, @$); }
    | NOT expr                              { $$ = mou_expr_unary(parse, MOU_OP_NOT, $2, @1, @$); }
    | condition ;

condition:
    arith
    | arith comparison arith                { $$ = mou_expr_binary(parse, $2, $1, $3, @2, @$); }
    | arith IN LEFT_BRACE set_items RIGHT_BRACE { $$ = mou_expr_in(parse, $1, &$4, @2, @$); }
    | arith IN ref                    { $$ = mou_expr_in_named(parse, $1, $3, @3, @2, @$); }
    | arith BETWEEN arith between_and arith { $$ = mou_expr_between(parse, $1, $3, $5, @2, @$); }
    | arith PRESENT   { $$ = mou_expr_postfix(parse, MOU_EXPR_FILLED, MOU_OP_PRESENT, $1, @2, @$); }
    | arith ABSENT     { $$ = mou_expr_postfix(parse, MOU_EXPR_FILLED, MOU_OP_ABSENT, $1, @2, @$); }
    | arith ON_LIST RECENT arith { $$ = mou_expr_pair(parse, MOU_EXPR_WITHIN_LAST, $1, $4, @2, @$); }
    | arith WITHIN_LAST arith   { $$ = mou_expr_pair(parse, MOU_EXPR_WITHIN_LAST, $1, $3, @2, @$); }
    | arith ON_LIST arith INSIDE     { $$ = mou_expr_pair(parse, MOU_EXPR_WITHIN, $1, $3, @2, @$); }
    | arith INSIDE arith             { $$ = mou_expr_pair(parse, MOU_EXPR_WITHIN, $1, $3, @2, @$); }
    | arith ON_LIST VALIDITY { $$ = mou_expr_postfix(parse, MOU_EXPR_IN_VALIDITY, MOU_OP_NONE, $1, @2, @$); }
    | arith IN_VALIDITY { $$ = mou_expr_postfix(parse, MOU_EXPR_IN_VALIDITY, MOU_OP_NONE, $1, @2, @$); }
    | arith FULL arith         { $$ = mou_expr_pair(parse, MOU_EXPR_AT_LEAST_AGO, $1, $3, @2, @$); }
    | arith AT_LEAST arith AGO { $$ = mou_expr_pair(parse, MOU_EXPR_AT_LEAST_AGO, $1, $3, @2, @$); }
    | arith state                           { $$ = mou_expr_state(parse, $2, $1, @2, @$); }
    | state                                 { $$ = mou_expr_state(parse, $1, NULL, @1, @$); }
    | ON_LIST ref                     { $$ = mou_expr_named(parse, MOU_EXPR_ON_LIST, $2, @1, @$); }
    | EVER ENTERS ref optional_where { $$ = mou_expr_history(parse, MOU_EXPR_WAS_LISTED, $3, $4, @1, @$); }
    | EVER_ENTERED ref optional_where { $$ = mou_expr_history(parse, MOU_EXPR_WAS_LISTED, $2, $3, @1, @$); }
    | quantifier range optional_where     { $$ = mou_expr_quantifier(parse, $1, $2, $3, @1, @$); } ;

between_and:
    BETWEEN_AND
    | AND ;

comparison:
    IS { $$ = MOU_OP_EQ; } | ASSIGN { $$ = MOU_OP_EQ; } | EQUALS { $$ = MOU_OP_EQ; }
    | IS_NOT { $$ = MOU_OP_NE; } | NOT_EQUAL { $$ = MOU_OP_NE; } | DIFFERS { $$ = MOU_OP_NE; }
    | LESS_SIGN { $$ = MOU_OP_LT; } | LESS { $$ = MOU_OP_LT; }
    | NOT_GREATER_SIGN { $$ = MOU_OP_LE; } | NOT_GREATER { $$ = MOU_OP_LE; }
    | GREATER_SIGN { $$ = MOU_OP_GT; } | GREATER { $$ = MOU_OP_GT; }
    | NOT_LESS_SIGN { $$ = MOU_OP_GE; } | NOT_LESS { $$ = MOU_OP_GE; } ;

state:
    IN_FORCE { $$ = MOU_STATE_IN_FORCE; } | SUSPENDED { $$ = MOU_STATE_SUSPENDED; }
    | TO_VERIFY { $$ = MOU_STATE_TO_VERIFY; } | PENDING { $$ = MOU_STATE_PENDING; }
    | CONTESTED { $$ = MOU_STATE_CONTESTED; } ;

quantifier:
    SOME { $$ = MOU_SOME; } | EVERY { $$ = MOU_EVERY; } | NO { $$ = MOU_NONE_OF; } ;

range:
    ref optional_id optional_at       { $$ = mou_range_new(parse, $1, &$2, $3); }
    | SANCTION                              { $$ = mou_range_measures(parse, 0, @1); }
    | INCENTIVE                             { $$ = mou_range_measures(parse, 1, @1); } ;

optional_at:
    %empty                                  { $$ = NULL; }
    | AT dotted                             { $$ = $2; } ;

/*
 * Outside parentheses the body of 满足 is one comparison-level term: it ends before the next 且 or 或.
 */
optional_where:
    %empty                                  { $$ = NULL; }
    | WHERE where_body                      { $$ = $2; } ;

where_body:
    condition
    | NOT where_body                       { $$ = mou_expr_unary(parse, MOU_OP_NOT, $2, @1, @$); } ;

set_items:
    arith                                   { $$ = (struct mou_expr_list){0}; MOU_APPEND($$, $1); }
    | set_items COMMA arith                 { $$ = $1; MOU_APPEND($$, $3); } ;

arith:
    sum
    | sum OR_DEFAULT arith       { $$ = mou_expr_pair(parse, MOU_EXPR_OR_DEFAULT, $1, $3, @2, @$); }
    | TAKE sum OR_DEFAULT arith  { $$ = mou_expr_pair(parse, MOU_EXPR_OR_DEFAULT, $2, $4, @1, @$); }
    | IF expr THEN expr ELSE arith          { $$ = mou_expr_choice(parse, $2, $4, $6, @1, @$); } ;

sum:
    sum PLUS sum                        { $$ = mou_expr_binary(parse, MOU_OP_ADD, $1, $3, @2, @$); }
    | sum MINUS sum                     { $$ = mou_expr_binary(parse, MOU_OP_SUB, $1, $3, @2, @$); }
    | sum TIMES sum                     { $$ = mou_expr_binary(parse, MOU_OP_MUL, $1, $3, @2, @$); }
    | sum DIVIDE sum                    { $$ = mou_expr_binary(parse, MOU_OP_DIV, $1, $3, @2, @$); }
    | MINUS sum  %prec NEGATION           { $$ = mou_expr_unary(parse, MOU_OP_NEGATE, $2, @1, @$); }
    | postfix ;

postfix:
    dotted
    | postfix AT dotted                { $$ = mou_expr_pair(parse, MOU_EXPR_AT, $1, $3, @2, @$); } ;

dotted:
    primary
    | dotted DOT name                       { $$ = mou_expr_member(parse, $1, &$3, @$); }
    | dotted DOT name LEFT_PAREN arguments RIGHT_PAREN
                                            { $$ = mou_expr_call_of(parse, $1, &$3, &$5, @$); } ;

primary:
    literal
    | any_name                      { $$ = mou_expr_ref(parse, mou_ref_new(parse, NULL, &$1), @1); }
    | TODAY                                 { $$ = mou_expr_new(parse, MOU_EXPR_TODAY, @1); }
    | DAY_ENTERED                           { $$ = mou_expr_new(parse, MOU_EXPR_DAY_ENTERED, @1); }
    | DAY_LEFT                              { $$ = mou_expr_new(parse, MOU_EXPR_DAY_LEFT, @1); }
    | LEFT_PAREN expr RIGHT_PAREN           { $$ = mou_expr_parenthesised(parse, $2); }
    | call
    | aggregate ;

literal:
    INTEGER                                 { $$ = LITERAL(INTEGER, $1, @1); }
    | MONEY                                 { $$ = LITERAL(MONEY, $1, @1); }
    | RATIO                                 { $$ = LITERAL(RATIO, $1, @1); }
    | DATE                                  { $$ = LITERAL(DATE, $1, @1); }
    | DURATION                              { $$ = LITERAL(DURATION, $1, @1); }
    | TEXT                                  { $$ = LITERAL(TEXT, $1, @1); }
    | IS                                    { $$ = mou_expr_new(parse, MOU_EXPR_YES, @1); }
    | YES                                   { $$ = mou_expr_new(parse, MOU_EXPR_YES, @1); }
    | NO_VALUE                              { $$ = mou_expr_new(parse, MOU_EXPR_NO, @1); } ;

/*
 * Values of facts, defaults and tables: a literal, a code's name; 无/no for 否 is read as the value
 * no.
 */
value_literal:
    signed_literal
    | name                          { $$ = mou_expr_ref(parse, mou_ref_new(parse, NULL, &$1), @1); }
    | NO                                    { $$ = mou_expr_new(parse, MOU_EXPR_NO, @1); }
    | DOCUMENT_NUMBER                       { $$ = LITERAL(TEXT, $1, @1); } ;

signed_literal:
    literal
    | MINUS literal                         { $$ = mou_expr_negated(parse, $2, @1, @$); } ;

call:
    any_name LEFT_PAREN RIGHT_PAREN
            { $$ = mou_expr_call(parse, mou_ref_new(parse, NULL, &$1), NULL, @$); }
    | any_name LEFT_PAREN arguments RIGHT_PAREN
            { $$ = mou_expr_call(parse, mou_ref_new(parse, NULL, &$1), &$3, @$); }
    | MAX LEFT_PAREN two_or_more RIGHT_PAREN
            { $$ = mou_expr_call_extreme(parse, "max", @1, &$3, @$); }
    | MIN LEFT_PAREN two_or_more RIGHT_PAREN
            { $$ = mou_expr_call_extreme(parse, "min", @1, &$3, @$); } ;

arguments:
    expr                                    { $$ = (struct mou_expr_list){0}; MOU_APPEND($$, $1); }
    | arguments COMMA expr                  { $$ = $1; MOU_APPEND($$, $3); } ;

two_or_more:
    arith COMMA arith    { $$ = (struct mou_expr_list){0}; MOU_APPEND($$, $1); MOU_APPEND($$, $3); }
    | two_or_more COMMA arith               { $$ = $1; MOU_APPEND($$, $3); } ;

/* ---- aggregates: inside their parentheses 满足 takes a whole expression */

aggregate:
    COUNT LEFT_PAREN value_range filter RIGHT_PAREN
            { $$ = mou_expr_aggregate(parse, MOU_COUNT, $3, &$4, @1, @$); }
    | COUNT LEFT_PAREN DISTINCT value_range filter RIGHT_PAREN { $$ = mou_expr_aggregate(parse, MOU_COUNT_DISTINCT, $4, &$5, @1, @$); }
    | folding LEFT_PAREN value_range filter RIGHT_PAREN
                                            { $$ = mou_expr_aggregate(parse, $1, $3, &$4, @1, @$); }
    | MAX LEFT_PAREN value_range filter RIGHT_PAREN { $$ = mou_expr_aggregate(parse, MOU_MAX, $3, &$4, @1, @$); }
    | MIN LEFT_PAREN value_range filter RIGHT_PAREN { $$ = mou_expr_aggregate(parse, MOU_MIN, $3, &$4, @1, @$); }
    | LISTS LEFT_PAREN ref list_where RIGHT_PAREN { $$ = mou_expr_lists(parse, NULL, $3, $4, @1, @$); }
    | LISTS LEFT_PAREN DISTINCT any_name ref list_where RIGHT_PAREN
            { $$ = mou_expr_lists(parse, &$4, $5, $6, @1, @$); }
    | history LEFT_PAREN ref list_where RIGHT_PAREN { $$ = mou_expr_history(parse, $1, $3, $4, @1, @$); } ;

list_where:
    %empty                                  { $$ = NULL; }
    | WHERE expr                            { $$ = $2; } ;

history:
    LISTINGS { $$ = MOU_EXPR_LISTINGS; } | LAST_ENTERED { $$ = MOU_EXPR_LAST_ENTERED; }
    | LAST_LEFT { $$ = MOU_EXPR_LAST_LEFT; } ;

folding:
    SUM { $$ = MOU_SUM; } | EARLIEST { $$ = MOU_EARLIEST; } | LATEST { $$ = MOU_LATEST; }
    | STREAK { $$ = MOU_STREAK; } ;

/*
 * R, R.f, M.R.f, perhaps with alias and date. Read as a term, since max(a, b) begins the same way;
 * tree.c sees that it is a path.
 */
value_range:
    arith                                   { $$ = mou_range_of_path(parse, $1, NULL, NULL); }
    | arith id optional_at                  { $$ = mou_range_of_path(parse, $1, &$2, $3); } ;

filter:
    %empty                                  { $$ = (struct mou_filter){NULL, NULL}; }
    | WHERE expr                            { $$ = (struct mou_filter){$2, NULL}; }
    | UP_TO arith                           { $$ = (struct mou_filter){NULL, $2}; }
    | WHERE expr UP_TO arith                { $$ = (struct mou_filter){$2, $4}; }
    | UP_TO arith WHERE expr                { $$ = (struct mou_filter){$4, $2}; } ;

%%

/* Hands the facts of a syntax error to syntax_error.c, which words it. */
static int yyreport_syntax_error(const yypcontext_t *context, struct mou_parse *parse)
{
    yysymbol_kind_t expected[YYNTOKENS];
    int count = yypcontext_expected_tokens(context, expected, YYNTOKENS);
    int tokens[YYNTOKENS];
    size_t known = 0;
    for (int i = 0; i < count; i++) {
        tokens[known++] = (int)expected[i];
    }
    mou_syntax_error(parse, tokens, known);
    return 0;
}

/* Only called when the parser's stack is exhausted: the stream's own limit stands before that. */
static void mou_yyerror(const struct mou_span *span, struct mou_parse *parse, const char *message)
{
    (void)message;
    mou_parse_too_deep(parse, *span);
}
