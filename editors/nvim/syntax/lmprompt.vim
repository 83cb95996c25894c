" Prompt files: YAML front matter, then a prompt, which is plain text.
if exists('b:current_syntax')
  finish
endif

syntax region lmpromptFront matchgroup=lmpromptFence start=/\%^---\s*$/ end=/^---\s*$/ keepend contains=@lmpromptYaml
syntax cluster lmpromptYaml contains=lmpromptKey,lmpromptUnknown,lmpromptComment,lmpromptDisabled,lmpromptVector,lmpromptString,lmpromptNumber,lmpromptKind,lmpromptScope,lmpromptBoolean

syntax match lmpromptUnknown /^\s*\%(- \)\?\zs[A-Za-z_][A-Za-z0-9_-]*\ze:/ contained
syntax match lmpromptKey /^\%(model\|config\|bos\|interventions\|track\|expect\|inputs\|runs\|use\)\ze:/ contained
syntax match lmpromptKey /^\s\+\%(maxOutputTokens\|temperature\|topK\|topP\|seed\|stopSequences\)\ze:/ contained
syntax match lmpromptKey /^\s\+\%(- \)\?\%(next\|rank\|contains\)\ze:/ contained
syntax match lmpromptVector /\<L\d\+D\d\+\>/ contained
syntax match lmpromptKind /[{,]\s*\zs\%(set\|scale\|add\|off\|boost\)\ze:/ contained
syntax match lmpromptKind /:\s*\zs\%(off\|boost\)\ze\s*\%(#.*\)\?$/ contained
syntax match lmpromptScope /\<\%(at\|text\)\ze:/ contained
syntax match lmpromptScope /\<at:\s*\zs\%(all\|prompt\|last\|generated\)\>/ contained
syntax match lmpromptNumber /\%(^\|[ :,[]\)\zs[-+]\?\d\+\%(\.\d*\)\?\%([eE][-+]\?\d\+\)\?\ze\%([ ,}\]#]\|$\)/ contained
syntax keyword lmpromptBoolean true false contained
syntax region lmpromptString start=/"/ skip=/\\"/ end=/"/ oneline contained
syntax region lmpromptString start=/'/ skip=/''/ end=/'/ oneline contained
syntax match lmpromptComment /\%(^\|\s\)\zs#.*$/ contained
" An entry in a comment is a disabled intervention.
syntax match lmpromptDisabled /^\s*#\s*- \S\+:.*$/ contained contains=lmpromptVector

highlight default link lmpromptFence Delimiter
highlight default link lmpromptKey Keyword
highlight default link lmpromptUnknown Identifier
" `Identifier` is a dark blue on the black of a terminal with few colours.
highlight default link lmpromptVector Special
highlight default link lmpromptKind Statement
highlight default link lmpromptScope Type
highlight default link lmpromptNumber Number
highlight default link lmpromptBoolean Boolean
highlight default link lmpromptString String
highlight default link lmpromptComment Comment
highlight default link lmpromptDisabled Comment

" The highlighting of a long prompt depends on the front matter.
syntax sync fromstart
let b:current_syntax = 'lmprompt'
