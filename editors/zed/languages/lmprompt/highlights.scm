(comment) @comment
(block_mapping_pair key: (flow_node) @property)
(flow_pair key: (flow_node) @property)
(double_quote_scalar) @string
(single_quote_scalar) @string
(integer_scalar) @number
(float_scalar) @number
(boolean_scalar) @boolean
